"""Episodes as Inspect samples, and back: what was asked is the input, what the persona answered is the target.

A sample's input is the conversation before the persona's last reply, and its target is that reply, so that the same
situation can be put to another model; everything else of the episode lies in the metadata as JSON values. Inspect is
imported when a function is called.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from eudaimon.dialogue.episode import Episode
from eudaimon.dialogue.message import Message
from eudaimon.dialogue.plainjson import from_json, to_json
from eudaimon.errors import FormatError

if TYPE_CHECKING:
    from inspect_ai.dataset import Sample
    from inspect_ai.model import ChatMessage


def samples(episodes: Iterable[Episode]) -> list[Sample]:
    """One sample per episode, in order, under the episode's id.

    Raises:
        FormatError: two episodes have the same id, which Inspect refuses.
    """
    seen: set[str] = set()
    made = []
    for episode in episodes:
        if episode.id in seen:
            raise FormatError(f"expected every episode once, found {episode.id} twice; give each its own id")
        seen.add(episode.id)
        made.append(sample_of(episode))
    return made


def sample_of(episode: Episode) -> Sample:
    """`episode` as a sample."""
    from inspect_ai.dataset import Sample

    replied = bool(episode.messages) and episode.messages[-1].role == "assistant"
    asked = episode.messages[:-1] if replied else episode.messages
    plain = to_json(episode)
    kept = {name: plain[name] for name in ("day", "persona", "source", "reflections", "visible")}
    return Sample(
        id=episode.id,
        input=[_chat(message) for message in asked],
        target=episode.messages[-1].content if replied else "",
        metadata={**kept, "replied": replied},
    )


def episode_of(sample: Sample) -> Episode:
    """The episode that `sample` was made of, also after a way through Inspect's own files.

    Raises:
        FormatError: the sample was not made by this module.
    """
    kept = dict(sample.metadata or {})
    if isinstance(sample.input, str) or "replied" not in kept:
        raise FormatError(f"sample {sample.id}: expected an episode's sample, found another; make it with `samples`")
    said = [_message(chat) for chat in sample.input]
    if kept.pop("replied"):
        said.append(Message("assistant", str(sample.target)))
    return from_json(Episode, {**kept, "id": sample.id, "messages": [to_json(message) for message in said]})


def _chat(message: Message) -> ChatMessage:
    from inspect_ai.model import ChatMessageAssistant, ChatMessageSystem, ChatMessageUser

    if message.role == "council":  # Inspect knows no council: a user's turn that remembers what it was
        return ChatMessageUser(content=message.content, metadata=to_json(message))
    if message.role == "system":
        return ChatMessageSystem(content=message.content)
    return (ChatMessageUser if message.role == "user" else ChatMessageAssistant)(content=message.content)


def _message(chat: ChatMessage) -> Message:
    if chat.metadata:
        return from_json(Message, chat.metadata)
    return from_json(Message, {"role": chat.role, "content": chat.text})
