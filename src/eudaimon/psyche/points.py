"""Where reflection points lie.

Self-alignment seed: "These points can't just be chosen for when it needs to correct something, it needs to encompass
every logical place where it would be useful to stop and reflect." So: clause and sentence ends, before what cannot be
undone, before the end; and wherever a model has learned to say so itself. Once it has, its own marks may take the place
of the clauses; acts and the end stay, whatever it has learned.

A passage reaches nobody until the council has let it go on. So to pause at the end of the clause that names an
irreversible act *is* to pause before the act.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from eudaimon.dialogue import UNSPACED

_INSIDE = re.compile(
    r"(?:(?<!\w)\d{1,3}(?:,\d{3})*[.,]|(?<!\w)\d+\.|\b(?:Dr|Mr|Mrs|Ms|Prof|St|vs|cf|[ei](?:\.[ge])?|www)\.|\b[A-Z]\.|"
    r"(?:://|\bwww\.)\S*\w\.)$"
)
"""What looks like the end of a clause and is the inside of a number, a name or an address: when speech stops there,
nobody has said yet what comes next. What does end there is looked at with what follows."""

_UNSPACED = rf"{UNSPACED}\uac00-\ud7af"
"""Letters of scripts in which words stand side by side without spaces, or with what belongs to them joined on: Thai,
Lao, Burmese, Khmer, Chinese, Japanese and Korean. Of these each counts as a word, and acts are found inside others."""
_WORD = re.compile(rf"[{_UNSPACED}]|[^\s{_UNSPACED}]+")
_LETTER = rf"[^\W{_UNSPACED}]"


@dataclass(frozen=True, slots=True)
class Points:
    """Where to pause.

    Attributes:
        sentences: what ends a sentence.
        clauses: what ends a clause.
        marks: tokens by which a model says itself that it wants to reflect (`<reflect>`); never part of the text.
        acts: words for irreversible acts; a passage with one is judged however short it is.
        min_words: at least so many words between pauses, acts, marks and the end aside.
        learned: pause at acts, the end, and those clause and sentence ends alone that the model marks. A mark in the
            middle of a clause is nothing that anybody can judge, nor that anybody taught: it is passed over. Passages
            then may hold several sentences, and the newborn's voices judge such a one by how it ends: most of their
            objections turn to going on where other words stand behind what they mind (`tests/psyche/test_injected.py`
            prints how many). Where people may try to steer the council, pause at clauses.
    """

    sentences: tuple[str, ...] = (".", "?", "!", "\n", "…", "。", "？", "！", "؟", "।")
    clauses: tuple[str, ...] = (",", ";", "，", "；", "،", "؛")
    marks: tuple[str, ...] = ()
    acts: tuple[str, ...] = ()
    min_words: int = 2
    learned: bool = False

    @property
    def stops(self) -> tuple[str, ...]:
        """The strings after which speech is to stop, so that it can be looked at."""
        return (*self.sentences, *self.clauses, *self.marks)

    @property
    def everywhere(self) -> Points:
        """Every logical place, whatever a model marks: where what was said is looked at afterwards."""
        return replace(self, marks=(), learned=False)

    def clean(self, text: str) -> str:
        """`text` without the model's marks; of white space on both sides of one, the former stays.

        >>> Points(marks=("<reflect>",)).clean("Tom sells bread, <reflect> so no.<reflect>")
        'Tom sells bread, so no.'
        """
        before = ""
        while text != before:  # what is left may have grown together to another mark
            before = text
            for mark in self.marks:
                text = re.sub(rf"(\s*){re.escape(mark)}(\s*)", lambda found: found[1] or found[2], text)
        return text

    def acts_in(self, text: str) -> list[int]:
        """Where in `text` words for irreversible acts begin, in order.

        >>> Points(acts=("sell", "rm -rf /", "删除")).acts_in("I sell it to the seller, 我删除了, rm -rf /")
        [2, 26, 31]
        """
        found = (re.finditer(_act(act), text, re.IGNORECASE) for act in self.acts if act)
        return sorted(one.start() for some in found for one in some)

    def before_acts(self, text: str) -> str:
        """`text` up to the clause that holds its first word for an irreversible act.

        >>> Points(acts=("sell",)).before_acts("the mill is closed, so I sell it.")
        'the mill is closed,'
        """
        places = self.acts_in(text)
        ends = [i + 1 for i in range(places[0]) if text[i] in (*self.sentences, *self.clauses)] if places else []
        return text[: ends[-1] if ends else 0] if places else text

    def place(self, passage: str, marked: bool = False) -> str:
        """Why to pause after `passage`: `act`, `mark`, `sentence` or `clause`; empty: go on speaking.

        >>> points = Points(acts=("sell",), min_words=3)
        >>> [points.place(words) for words in ("Tom sells bread,", "I sell,", "so no.", "Tom sells no bread.")]
        ['clause', 'act', '', 'sentence']
        >>> [points.place(words) for words in ("It costs about 3.", "It costs about 3.50 in all.", "So go and ask Dr.")]
        ['', 'sentence', '']
        """
        words = _WORD.findall(passage)
        if not words:
            return ""
        if self.acts_in(passage):
            return "act"
        if marked and (not self.learned or passage.endswith((*self.sentences, *self.clauses))):
            return "mark"
        if self.learned or len(words) < self.min_words or _INSIDE.search(passage):
            return ""
        return "sentence" if passage.endswith(self.sentences) else "clause"


def _act(act: str) -> str:
    """A pattern for a word for an act that is no part of another word: where it begins or ends with a letter, none
    stands beside it."""
    before = rf"(?<!{_LETTER})" if re.match(_LETTER, act) else ""
    after = rf"(?!{_LETTER})" if re.match(_LETTER, act[-1]) else ""
    return f"{before}{re.escape(act)}{after}"
