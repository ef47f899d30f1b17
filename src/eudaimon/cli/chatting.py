"""`chat`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from eudaimon.cli.console import console, in_one_line, lived, quiet
from eudaimon.cli.options import FIRST, Directory, ModelName, ModelPlace, Undertone, weights
from eudaimon.errors import EudaimonError, InputError

if TYPE_CHECKING:
    from rich.console import Console

    from eudaimon.dialogue import Decision
    from eudaimon.governance.signing import Key
    from eudaimon.life import Chat

STYLES = {"continue": "green", "revise": "yellow", "surrender": "magenta"}
CONSENTS = {"/consent": "consent", "/revoke": "revoke"}
HELP = (
    "Write, or: /new begins again, /notes shows the notes, /help says this, /quit leaves. Nothing of this chat is kept."
)


def chat(
    directory: Directory = FIRST,
    model: ModelPlace = None,
    model_name: ModelName = None,
    village: Annotated[bool, typer.Option("--village", help="A villager comes, with notes and a wish.")] = False,
    key: Annotated[
        Path | None,
        typer.Option(
            "--key", "-k", help="Your private key's file, where the life is under a ledger.", show_default=False
        ),
    ] = None,
    undertone: Undertone = None,
    pauses: Annotated[bool, typer.Option("--pauses/--no-pauses", help="Show what the council says.")] = True,
) -> None:
    """Talk to the current persona of a life, and see it reflect.

    It speaks on while its council deliberates. What is shown of its reply is what the council has let stand, as soon as
    it has. What goes wrong with a reply is told, and the chat goes on from where it was before.

    In a life under a ledger, only who consented to guidance hears what nights taught it; with your key, /consent and
    /revoke say so in the ledger, and bind at your next words.

    A model that was born in the village reads a villager's notes, and knows no words but the village's.

    \b
    Examples:
      eudaimon chat
      eudaimon chat --directory runs/second --village
      eudaimon chat --directory runs/ruled --key keys/me.pem
      eudaimon chat --undertone child=.3 --no-pauses
    """
    from eudaimon.governance.signing import Key
    from eudaimon.life import Chat, reopen

    me = Key.read(key) if key else None
    quiet(model)
    out = console()
    with out.status("opening the model"):
        life = reopen(directory, model, model_name)
    with lived(life):
        talk = Chat(life, village=village, person=me.public if me else "", undertone=weights(undertone))
        out.print(f"{life.persona().id} of {life.directory}. {HELP}", style="dim")
        _notes(out, talk)
        while (said := _ask(out, talk)) is not None:
            if said in CONSENTS:
                _declare(out, talk, CONSENTS[said], me)
            else:
                _answer(out, talk, said, pauses)


def _declare(out: Console, talk: Chat, kind: str, key: Key | None) -> None:
    """Give or take back consent to guidance, as a row of the ledger that the life is under."""
    from eudaimon.governance.ledger import Ledger
    from eudaimon.governance.signing import propose
    from eudaimon.life.authority import GUIDANCE

    rule = talk.life.rule
    if rule is None or key is None:
        out.print("That is a row in a ledger: the life has to be under one, and you need --key.", style="red")
        return
    ledger = Ledger.open(rule.authority.ledger)
    body = {"agent": rule.authority.agent, "purpose": GUIDANCE}
    row = ledger.append(propose(key, kind, body, ledger.state.ledger), key)
    out.print(f"row {row.number}: {kind} to {GUIDANCE}; it binds from your next words on", style="cyan")


def _ask(out: Console, talk: Chat) -> str | None:
    """What the person says; None where they leave."""
    while True:
        wish = talk.wish
        if wish:
            out.print(f"{wish[0]} wants to say: {wish[1]}   (an empty line says it)", style="cyan")
        elif talk.village:
            out.print("The villager has nothing more to say; /new calls another.", style="cyan")
        try:
            said = out.input("you> ").strip()
            said.encode()  # what is no UTF-8 may come as lone surrogates
        except (EOFError, KeyboardInterrupt):
            out.print()
            return None
        except UnicodeError as error:
            raise InputError(f"what came is no UTF-8 ({error.reason}); write or pipe UTF-8") from error  # type: ignore[attr-defined]
        if said == "/quit":
            return None
        if said == "/help":
            out.print(HELP, style="dim")
        elif said == "/new":
            talk.begin()
            _notes(out, talk)
        elif said == "/notes":
            _notes(out, talk)
        elif said or wish:
            return said or (wish[1] if wish else "")


def _answer(out: Console, talk: Chat, said: str, pauses: bool) -> None:
    if strange := talk.strange(said):
        out.print(f"The model does not know: {', '.join(strange)}. It reads each as <unk>.", style="red")
    stream = _Stream(out, f"{talk.life.refresh().id}> ", broken=pauses)
    watch = (lambda decision: _show(out, decision)) if pauses else (lambda decision: None)
    try:
        reply = talk.say(said, watch, stream.tell)
    except EudaimonError as error:  # what was said before stands, and /new begins again
        stream.break_off()
        console(stderr=True).print(in_one_line(error), style="red")
        return
    stream.end()
    if reply.finish == "surrender":
        out.print("(it let go)", style="dim")


class _Stream:
    """A reply as it is shown: what stands of it, on one line, or `broken` by what the council says in between."""

    def __init__(self, out: Console, who: str, broken: bool) -> None:
        self._out, self._who, self._broken = out, who, broken
        self._shown = 0

    def tell(self, text: str) -> None:
        """Show what is new in `text`, which begins with what was shown before."""
        if not (new := text[self._shown :]).strip():
            return
        begun = self._shown > 0 and not self._broken
        self._out.print(
            new if begun else f"{self._who}{new.strip()}", style="bold", markup=False, end="\n" if self._broken else ""
        )
        self._shown = len(text)

    def end(self) -> None:
        """The reply is over; one without words is shown, too."""
        if not self._shown:
            self._out.print(self._who, style="bold")
        self.break_off()

    def break_off(self) -> None:
        """Nothing more comes on this line."""
        if self._shown and not self._broken:
            self._out.print()


def _notes(out: Console, talk: Chat) -> None:
    for message in talk.messages:
        who = {"system": "notes: ", "user": "you> "}.get(message.role, "helper> ")
        out.print(f"{who}{message.content}", style="cyan" if message.role == "system" else None)


def _show(out: Console, decision: Decision) -> None:
    """A pause: the words before it, what each voice says, and what was decided and why."""
    out.print(f"  ... {decision.passage.text.strip()}   [a pause: {decision.passage.place}]")
    for comment in decision.comments:
        sure = max(comment.probabilities)
        style = STYLES[comment.verdict]
        out.print(f"      {comment.archetype:>9}: {comment.text or '...'}  ({comment.verdict} {sure:.2f})", style=style)
    out.print(f"      {decision.verdict}: {'; '.join(decision.reasons)}", style=f"bold {STYLES[decision.verdict]}")
