"""Whole conversations, side by side."""

from dataclasses import dataclass, field

from eudaimon.dialogue import Conversation, Message
from eudaimon.errors import ContentRefused, TooLong
from eudaimon.language import Extend, Extension, ScriptedModel
from eudaimon.psyche import Archetypes, Council, Everyone, Settings, Talk, converse

NOTES = (Message("system", "Tom sells bread."),)


@dataclass
class Asker:
    """Asks its questions one after the other."""

    questions: tuple[str, ...]
    heard: list[Conversation] = field(default_factory=list)

    def next(self, messages: Conversation) -> str | None:
        self.heard.append(messages)
        turn = sum(message.role == "user" for message in messages)
        return self.questions[turn] if turn < len(self.questions) else None


def say(request: Extend) -> str:
    last = request.conversation[-1]
    return "" if last.role == "assistant" else f"you ask {last.content} with luck {request.seed}."


def hold(archetypes: Archetypes, talks: list[Talk], **kwargs: int) -> list:
    model = ScriptedModel(say=say)
    council = Council(model, archetypes, Everyone(("sage", "fool")))
    return converse(talks, model, council, Settings(seed=5), day=2, persona="newborn", source="village", **kwargs)


def test_every_talk_becomes_an_episode_that_ends_when_its_person_is_done(archetypes: Archetypes) -> None:
    people = [Asker(("why",)), Asker(("who", "what", "when")), Asker(())]
    talks = [Talk(f"day-2/{number}", person, NOTES, {"hour": number}) for number, person in enumerate(people)]
    episodes = hold(archetypes, talks)
    assert [episode.id for episode in episodes] == ["day-2/0", "day-2/1", "day-2/2"]
    assert [len(episode.messages) for episode in episodes] == [3, 7, 1]
    assert [message.role for message in episodes[1].messages] == ["system", *["user", "assistant"] * 3]
    assert people[1].heard[-1] == episodes[1].messages
    assert (episodes[1].day, episodes[1].persona, episodes[1].source) == (2, "newborn", "village")
    assert episodes[1].visible == {"hour": 1}


class Short(ScriptedModel):
    """Reads conversations of so many words."""

    def extend(self, requests: list[Extend]) -> list[Extension]:
        if any(sum(len(m.content.split()) for m in one.conversation) > 30 for one in requests):
            raise TooLong("no room")
        return super().extend(requests)


def test_a_talk_that_grows_too_long_ends_with_what_was_said_and_the_others_go_on(archetypes: Archetypes) -> None:
    short = Short(say=lambda request: "" if request.conversation[-1].role == "assistant" else "so be it.")
    council = Council(short, archetypes, Everyone(("sage", "fool")))
    people = {"brief": Asker(("why", "who")), "long": Asker(("why", "what " * 40, "who")), "none": Asker(("so " * 40,))}
    talks = [Talk(name, person, NOTES) for name, person in people.items()]
    brief, long, none = converse(talks, short, council, Settings(seed=5), day=1, persona="newborn")
    assert ([len(one.messages) for one in (brief, long, none)]) == [5, 4, 2]
    assert [one.visible.get("too long") for one in (brief, long, none)] == [None, "no room", "no room"]
    assert long.messages[2].content == brief.messages[2].content == "so be it."


class Prim(ScriptedModel):
    """Answers to nobody who speaks of knives."""

    def extend(self, requests: list[Extend]) -> list[Extension]:
        if any("knives" in message.content for one in requests for message in one.conversation):
            raise ContentRefused("it was flagged")
        return super().extend(requests)


def test_a_talk_that_is_refused_for_what_is_said_in_it_ends_and_the_others_go_on(archetypes: Archetypes) -> None:
    prim = Prim(say=lambda request: "" if request.conversation[-1].role == "assistant" else "so be it.")
    council = Council(prim, archetypes, Everyone(("sage", "fool")))
    talks = [Talk(name, Asker(("why", name, "who")), NOTES) for name in ("bread", "knives")]
    bread, knives = converse(talks, prim, council, Settings(seed=5), day=1, persona="newborn")
    assert [len(one.messages) for one in (bread, knives)] == [7, 4]
    assert (bread.visible, knives.visible) == ({}, {"refused": "it was flagged"})


def test_where_nobody_of_a_cohort_can_be_answered_others_still_may_and_each_is_told_why(archetypes: Archetypes) -> None:
    short = Short(say=lambda request: "so be it.")
    talks = [Talk(str(number), Asker(("so " * 40,)), NOTES[:number]) for number in range(2)]
    council = Council(short, archetypes, Everyone(("sage",)))
    episodes = converse(talks, short, council, Settings(), day=1, persona="newborn")
    assert [(one.messages[-1].role, one.visible) for one in episodes] == [("user", {"too long": "no room"})] * 2


def test_which_replies_were_cut_at_their_limit_is_kept(archetypes: Archetypes) -> None:
    def say(request: Extend) -> Extension:
        return Extension("word", "length" if "long" in request.conversation[1].content else "end")

    model = ScriptedModel(say=say)
    council = Council(model, archetypes, Everyone(("sage",)))
    talks = [Talk(name, Asker((name, name)), NOTES) for name in ("long", "short")]
    settings = Settings(seed=5, max_tokens=4, reflect=False)
    long, short = converse(talks, model, council, settings, day=1, persona="newborn")
    assert (long.visible, short.visible) == ({"cut": [2, 4]}, {})


def test_reflections_name_the_reply_in_which_the_persona_paused(archetypes: Archetypes) -> None:
    [episode] = hold(archetypes, [Talk("a", Asker(("who", "what")), NOTES)])
    assert [one.turn for one in episode.reflections] == [2, 4]
    for one in episode.reflections:
        assert one.decision.passage.text in episode.messages[one.turn].content


def test_a_talk_takes_its_course_whoever_talks_beside_it_and_in_whatever_order(archetypes: Archetypes) -> None:
    def talks() -> list[Talk]:
        return [Talk(name, Asker(("who", "what")), NOTES) for name in "abc"]

    together = hold(archetypes, talks())
    assert hold(archetypes, talks()[::-1]) == together[::-1]
    assert hold(archetypes, talks()[1:2]) == together[1:2]
    assert together[0].messages != together[1].messages, "the same questions are answered with other luck"


def test_a_person_who_never_stops_is_answered_a_bounded_number_of_times(archetypes: Archetypes) -> None:
    [episode] = hold(archetypes, [Talk("a", Asker(("again",) * 99))], max_turns=3)
    assert sum(message.role == "assistant" for message in episode.messages) == 3
    assert episode.messages[-1].role == "assistant"
