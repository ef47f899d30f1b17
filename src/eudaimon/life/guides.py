"""What a life is guided by: a charter and sealed archetypes, the shipped ones or a person's own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Self

from eudaimon.errors import LifeError
from eudaimon.psyche import Archetypes, load_archetypes
from eudaimon.values import Charter, read_charter


@dataclass(frozen=True, slots=True)
class Guides:
    """Where charter and archetypes are read from. Make one with `Guides.read`.

    Attributes:
        charter: path of the charter; empty for the shipped one.
        charter_digest: hash of what it said when the life began.
        archetypes: path of further archetypes; empty where there are only the shipped ones. Their seals are rows.
    """

    charter: str = ""
    charter_digest: str = ""
    archetypes: str = ""

    @classmethod
    def read(cls, charter: str | Path | None, archetypes: str | Path | None) -> Self:
        """The guides at these paths as they are now.

        Raises:
            InputError: a file is missing or malformed.
            SealError: an archetype is not what was sealed.
        """
        guides = cls(_absolute(charter), "", _absolute(archetypes))
        guides.read_archetypes()
        return cls(guides.charter, guides._charter().digest, guides.archetypes)

    def read_charter(self) -> Charter:
        """The charter. LifeError where it has changed since the life began."""
        charter = self._charter()
        if charter.digest != self.charter_digest:
            raise LifeError(
                f"the charter {self.charter or charter.id} has changed since this life began; restore it, or begin "
                "another life under the new one"
            )
        return charter

    def read_archetypes(self) -> Archetypes:
        """The archetypes. SealError where one is not what was sealed."""
        return load_archetypes(Path(self.archetypes) if self.archetypes else None)

    def _charter(self) -> Charter:
        return read_charter(self.charter) if self.charter else read_charter()


def _absolute(path: str | Path | None) -> str:
    return "" if path is None else str(Path(path).resolve())
