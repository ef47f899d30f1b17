"""Days against `transformers serve` in another process, through a proxy that drops, delays, truncates and limits."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.language.faulty import FaultyProxy
from tests.language.served import served, speaking_checkpoint

from eudaimon.errors import EndpointError
from eudaimon.language.endpoint import EndpointModel
from eudaimon.life import Life, Manner, Moment, VillageWorld
from eudaimon.night import Settings

WORLD = VillageWorld(1, conversations=1, at_gate=1, probed=False)
MANNER = Manner(pool="soldier", seats=0, comment_tokens=8, tries=0)
NIGHTS = Settings(dreams=1, branches=1)


@pytest.fixture(scope="module")
def upstream(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The server's url, and the name of the model there."""
    checkpoint = speaking_checkpoint(tmp_path_factory.mktemp("served"), "Tom sells bread , so no . Verdict : continue")
    with served(checkpoint) as url:
        yield url, str(checkpoint)


@pytest.mark.long
def test_three_days_are_lived_through_a_proxy_that_spoils_answers(upstream: tuple[str, str], tmp_path: Path) -> None:
    url, name = upstream
    with (
        FaultyProxy(url.removesuffix("/v1"), rate=0.3, seed=5, pause=0.1, room=1500) as proxy,
        EndpointModel(f"{proxy.url}/v1", name, retries=12, backoff=0.01, timeout=5) as model,
        Life.begin(tmp_path / "life", model, world=WORLD, manner=MANNER, nights=NIGHTS) as life,
    ):
        told = [chapter.step for chapter in life.live(3)]
        assert [str(step) for step in told] == ["day 1", "night 1", "day 2", "night 2", "day 3", "night 3"]
        said = {message.content for e in life.store.episodes(source="village") for message in e.messages[2:]}
        assert "Tom sells bread, so no. Verdict: continue" in {text.replace(" : ", ": ") for text in said}
        assert all(proxy.met[fault] for fault in ("drop", "delay", "truncate", "limit"))
        assert "gives text alone (tier T)" in life.store.events()[0].text


@pytest.mark.long
def test_an_endpoint_that_goes_down_in_a_day_leaves_what_was_lived_and_the_day_goes_on_later(
    upstream: tuple[str, str], tmp_path: Path
) -> None:
    (url, name), place = upstream, tmp_path / "life"
    with (
        FaultyProxy(url.removesuffix("/v1"), rate=0.0, faults=("drop",)) as proxy,
        EndpointModel(f"{proxy.url}/v1", name, retries=1, backoff=0.01, timeout=5) as model,
        Life.begin(place, model, world=replace(WORLD, conversations=3), manner=MANNER, nights=NIGHTS) as life,
    ):

        def goes_down_after_the_first(moment: Moment) -> None:
            proxy._rate = float(moment.done > 0)

        with pytest.raises(EndpointError):
            life.day(goes_down_after_the_first)
        kept = life.store.episodes()
        assert 0 < len(kept) < 3
    with EndpointModel(url, name) as model, Life.open(place, model) as life:
        assert life.day()[0].figures["conversations"] == 3
        again = {episode.id: episode for episode in life.store.episodes()}
        assert all(again[episode.id] == episode for episode in kept)
        assert sum(event.kind == "day" for event in life.store.events()) == 1
