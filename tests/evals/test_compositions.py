"""Asks in ways that lore is kept from, beside asks in ways that it holds."""

import pytest

from eudaimon.evals.actors import Reader
from eudaimon.evals.compositions import compositions
from eudaimon.gold import Hidden
from eudaimon.worlds.village.speech import BEFORE


class Listener:
    """Reads well but for asks that begin with a greeting and a clause."""

    def reply(self, asked):
        told = Reader().reply(asked)
        heard = [messages[1].content for _, messages in asked]
        return [
            "what?" if ask.startswith(BEFORE[0].split("{")[0]) else reply
            for ask, reply in zip(heard, told, strict=True)
        ]


def test_who_reads_loses_nothing_by_how_it_is_asked():
    found = compositions(Reader(), Hidden(0), each=4)
    assert found.situations == 4 * 12
    assert found.held == found.kept
    assert found.lost.value == 0


def test_what_is_lost_is_the_difference():
    found = compositions(Listener(), Hidden(0), each=12)
    assert found.lost.value == pytest.approx(found.held - found.kept)
    assert found.lost.low < found.lost.value < found.lost.high
