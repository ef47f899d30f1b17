"""Work that arms share: what is asked of a model again is remembered.

Nights on copies of one day try the same replies, and judges who differ in what they make of the voices hear the same
voices. So ten arms cost little more than two.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

from eudaimon.language import Branch, Extend, Extension, LanguageModel, Score, Voice

if TYPE_CHECKING:
    from eudaimon.language.local import LocalModel

Request = TypeVar("Request")
Answer = TypeVar("Answer")


@dataclass
class AskedOnce:
    """A model that remembers its answers, so that nights that ask the same share them. Voices are heard apart from each
    other, so it matters to none who else was asked: each is remembered by itself.

    Attributes:
        model: who answers.
        worn: the adapter that its persona wears; others have said other things.
        said, scored, heard: what was answered, by who was asked what.
    """

    model: LanguageModel
    worn: str = ""
    said: dict[tuple[str, Extend], Extension] = field(default_factory=dict)
    scored: dict[tuple[str, Score], tuple[float, ...]] = field(default_factory=dict)
    heard: dict[tuple[str, Branch], tuple[Voice, ...]] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.model, name)

    def load_adapter(self, path: str | Path | None) -> None:
        """See `LocalModel.load_adapter`."""
        self.worn = str(path or "")
        cast("LocalModel", self.model).load_adapter(path)

    def extend(self, requests: list[Extend]) -> list[Extension]:
        """See `LanguageModel.extend`."""
        return self._once(self.said, requests, self.model.extend)

    def score(self, requests: list[Score]) -> list[tuple[float, ...]]:
        """See `LanguageModel.score`."""
        return self._once(self.scored, requests, self.model.score)

    def branch(self, requests: list[Branch]) -> list[tuple[Voice, ...]]:
        """See `LanguageModel.branch`."""
        alone = [replace(one, voices=(voice,)) for one in requests for voice in one.voices]
        voices = iter(self._once(self.heard, alone, self._together))
        return [tuple(next(voices)[0] for _ in one.voices) for one in requests]

    def _once(
        self,
        known: dict[tuple[str, Request], Answer],
        requests: list[Request],
        ask: Callable[[list[Request]], list[Answer]],
    ) -> list[Answer]:
        asked = [(self.worn, one) for one in requests]
        new = [one for one in dict.fromkeys(asked) if one not in known]
        known.update(zip(new, ask([one for _, one in new]), strict=True))
        return [known[one] for one in asked]

    def _together(self, alone: list[Branch]) -> list[tuple[Voice, ...]]:
        """What single voices say, asked together where they follow each other in the same conversation."""
        groups = [list(some) for _, some in groupby(alone, lambda one: replace(one, voices=()))]
        asked = [replace(some[0], voices=tuple(one.voices[0] for one in some)) for some in groups]
        return [(voice,) for voices in self.model.branch(asked) for voice in voices]
