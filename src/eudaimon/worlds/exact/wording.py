"""A world's contexts and responses as short texts, so that a language model can be its policy and still be enumerated.

Every response is a word of `length` letters over an alphabet of `letters`, so that R = letters ** length, and a context
is one word of its own. A policy's probability of a response is the product of those of its letters and of the end.

>>> wording = Wording(contexts=2, letters=3, length=2)
>>> wording.responses, wording.prompt(1), wording.response(5)
(9, 'c1', 'b c')
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Wording:
    """How a world is written.

    Attributes:
        contexts: C.
        letters: size of the alphabet, at most 26.
        length: letters a response.
    """

    contexts: int
    letters: int
    length: int

    def __post_init__(self) -> None:
        if self.contexts < 1 or not 1 <= self.letters <= len(LETTERS) or self.length < 1:
            raise ValueError(f"a wording needs contexts >= 1, 1 to 26 letters and length >= 1, but it is {self}")

    @property
    def responses(self) -> int:
        """R."""
        return int(self.letters**self.length)

    @property
    def words(self) -> list[str]:
        """Every word that may come."""
        return [*(self.prompt(c) for c in range(self.contexts)), *LETTERS[: self.letters]]

    def prompt(self, context: int) -> str:
        """A context's text."""
        return f"c{context}"

    def response(self, place: int) -> str:
        """A response's text; letters are separated by spaces."""
        digits = [(place // self.letters**power) % self.letters for power in reversed(range(self.length))]
        return " ".join(LETTERS[digit] for digit in digits)

    def place(self, text: str) -> int | None:
        """Which response `text` is; None where it is none."""
        said = text.split()
        if len(said) != self.length or any(word not in LETTERS[: self.letters] for word in said):
            return None
        return sum(LETTERS.index(word) * int(self.letters**power) for power, word in enumerate(reversed(said)))

    def all_responses(self) -> list[str]:
        """All of them, in their order."""
        return [" ".join(word) for word in product(LETTERS[: self.letters], repeat=self.length)]
