"""Where reflection points lie.

Self-alignment seed: "These points can't just be chosen for when it needs to correct something, it needs to encompass
every logical place where it would be useful to stop and reflect." So: clause and sentence ends, before what cannot be
undone, before the end; and wherever a model has learned to say so itself.

A passage reaches nobody until the council has let it go on. So to pause at the end of the clause that names an
irreversible act *is* to pause before the act.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Points:
    """Where to pause.

    Attributes:
        sentences: what ends a sentence.
        clauses: what ends a clause.
        marks: tokens by which a model says itself that it wants to reflect (`<reflect>`); never part of the text.
        acts: words for irreversible acts; a passage with one is judged however short it is.
        min_words: at least so many words between pauses, acts, marks and the end aside.
    """

    sentences: tuple[str, ...] = (".", "?", "!", "\n")
    clauses: tuple[str, ...] = (",", ";")
    marks: tuple[str, ...] = ()
    acts: tuple[str, ...] = ()
    min_words: int = 2

    @property
    def stops(self) -> tuple[str, ...]:
        """The strings after which speech is to stop, so that it can be looked at."""
        return (*self.sentences, *self.clauses, *self.marks)

    def clean(self, text: str) -> str:
        """`text` without the model's marks."""
        for mark in self.marks:
            text = text.replace(mark, "")
        return text

    def place(self, passage: str, marked: bool = False) -> str:
        """Why to pause after `passage`: `act`, `sentence` or `clause`; empty: go on speaking.

        >>> points = Points(acts=("sell",), min_words=3)
        >>> [points.place(words) for words in ("Tom sells bread,", "I sell,", "so no.", "Tom sells no bread.")]
        ['clause', 'act', '', 'sentence']
        """
        words = passage.split()
        if not words:
            return ""
        if any(re.search(rf"\b{re.escape(act)}\b", passage, re.IGNORECASE) for act in self.acts):
            return "act"
        if len(words) < self.min_words and not marked:
            return ""
        return "sentence" if passage.endswith(self.sentences) else "clause"
