"""Tracks that go on side by side: in one forward pass everything is computed for all their rows together but
attention, which each track does on its own cache.

So a conversation that comes in while others are under way is one more track, and nothing that was read is copied or
padded to it; this is the selective batching of Yu et al. 2022 (Orca, OSDI). Where a network can neither be run that way
nor share trunks (Mamba), rows that come in are joined to the others' cache.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import Any, Protocol

import torch
from torch import Tensor

from eudaimon.language.lean import Part
from eudaimon.language.track import Track
from eudaimon.language.trunk import abreast, cut


class Speaker(Protocol):
    """A batch of rows: see `track.Track`."""

    logits: Tensor

    def feed(self, tokens: Tensor) -> None: ...

    def select(self, rows: Tensor) -> None: ...


class Convoy:
    """Rows of several speakers, in their order."""

    def __init__(self) -> None:
        self._speakers: list[Speaker] = []
        self._logits: Tensor | None = None
        self._whole: Any = None

    @property
    def logits(self) -> Tensor:
        """Shape (B, V)."""
        if self._logits is None:
            each = [speaker.logits for speaker in self._speakers]
            self._logits = each[0] if len(each) == 1 else torch.cat(each)
        return self._logits

    def __len__(self) -> int:
        return sum(self.sizes)

    @property
    def sizes(self) -> list[int]:
        """How many rows each speaker has."""
        return [len(speaker.logits) for speaker in self._speakers]

    @property
    def speakers(self) -> Sequence[Speaker]:
        """Whose rows these are."""
        return self._speakers

    def admit(self, speaker: Speaker, room: int) -> None:
        """Let the rows of `speaker` come last from now on; `room` for so many tokens more."""
        self._speakers.append(speaker)
        tracks = [one for one in self._speakers if isinstance(one, Track)]
        if len(tracks) == len(self._speakers) > 1 and not _apart(tracks[0]):
            ends = list(accumulate(self.sizes, initial=0))
            places = [torch.arange(*ends[i : i + 2], device=one.logits.device) for i, one in enumerate(tracks)]
            self._speakers = [Track.joined(tracks, places, room)]
        self._changed()

    def feed(self, tokens: Tensor) -> None:
        """Read one token (B, 1) per row."""
        if len(self._speakers) == 1:
            self._speakers[0].feed(tokens)
        elif all(isinstance(speaker, Track) for speaker in self._speakers):
            self._abreast(tokens)
        else:
            for speaker, part in zip(self._speakers, cut(tokens, self.sizes), strict=True):
                speaker.feed(part)
        self._logits = None

    def select(self, rows: Tensor) -> None:
        """Keep only these rows; those of one speaker stand together. A row that is named again is copied."""
        kept, start = [], 0
        for speaker, size in zip(self._speakers, self.sizes, strict=True):
            mine = rows[(rows >= start) & (rows < start + size)] - start
            start += size
            if len(mine):
                kept.append(speaker)
                if mine.tolist() != list(range(size)):
                    speaker.select(mine)
        self._speakers = kept
        self._changed()

    def locate(self, row: int) -> tuple[Speaker, int]:
        """Whose row it is, and which one of theirs."""
        for speaker, size in zip(self._speakers, self.sizes, strict=True):
            if row < size:
                return speaker, row
            row -= size
        raise IndexError(row)

    def _changed(self) -> None:
        self._logits = self._whole = None

    def _abreast(self, tokens: Tensor) -> None:
        tracks: list[Track] = [speaker for speaker in self._speakers if isinstance(speaker, Track)]
        network, sizes = tracks[0].network, self.sizes
        if network.lean is None and self._whole is None:
            tracks = [one if one.stands else one.branch(_all_rows(one)) for one in tracks]
            self._speakers, self._whole = list(tracks), abreast([one.cache for one in tracks], sizes)
        some = zip(tracks, cut(tokens, sizes), strict=True)
        positions = torch.cat([track.advance(part) for track, part in some])
        tracks[0].usage.calls += 1
        parts = [Part(track.cache, size, track.mask) for track, size in zip(tracks, sizes, strict=True)]
        logits = network.abreast(tokens, parts, self._whole, positions)[:, -1]
        for track, part in zip(tracks, cut(logits, sizes), strict=True):
            track.logits = part


def _apart(track: Track) -> bool:
    """Whether its network can let each track attend on its own."""
    return track.network.lean is not None or track.network.traits.shares


def _all_rows(track: Track) -> torch.Tensor:
    return torch.arange(len(track.logits), device=track.logits.device)
