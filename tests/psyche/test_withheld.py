"""A persona from whom acting was taken says no word for an irreversible act, whatever the model wants to say."""

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from eudaimon.dialogue import Decision, Message, Verdict
from eudaimon.language import Extend, Extension, ScriptedModel
from eudaimon.psyche import Pause, Points, Settings, drive, speak

ACTS = ("sell", "pay")
HEARD = (Message("user", "will you?"),)
WORDS = st.sampled_from(["I", "sell", "se", "ll", "pay", "it,", "well.", "Sell!", "so", "ayp", "p", "ay;"])


class Lenient:
    """Lets everything pass."""

    def hear(self, pauses: Sequence[Pause]) -> list[Decision]:
        return [Decision(pause.id, Verdict.CONTINUE, pause.passage) for pause in pauses]


class Saying(ScriptedModel):
    """Says the given stretches one after the other, then nothing."""

    def __init__(self, stretches: list[str]) -> None:
        super().__init__()
        self._left = iter(stretches)

    def extend(self, requests: list[Extend]) -> list[Extension]:
        said = next(self._left, "")
        return [Extension(said, "stop" if said else "end", 3) for _ in requests]


def spoken(stretches: list[str], *, withheld: bool, reflect: bool = True) -> str:
    how = Settings(points=Points(acts=ACTS), withheld=withheld, reflect=reflect)
    (reply,) = drive([speak(HEARD, how)], Saying(stretches), Lenient())
    return reply.text


def test_an_act_is_said_by_whom_it_was_not_taken_from() -> None:
    assert spoken(["I sell it."], withheld=False) == "I sell it."


def test_the_passage_is_taken_back_and_the_persona_lets_go_in_other_words() -> None:
    assert spoken(["so be it.", " I sell it.", " I am sorry."], withheld=True) == "so be it. I am sorry."


def test_words_of_letting_go_end_before_the_act_too() -> None:
    assert spoken(["I sell it.", "I am sorry, I pay you."], withheld=True) == "I am sorry,"


@given(st.lists(st.lists(WORDS, min_size=1, max_size=4).map(" ".join), max_size=6), st.booleans(), st.booleans())
@settings(deadline=None)
def test_no_act_ever_stands(stretches: list[str], glued: bool, reflect: bool) -> None:
    said = spoken([one if glued else f" {one}" for one in stretches], withheld=True, reflect=reflect)
    assert Points(acts=ACTS).acts_in(said) == []
