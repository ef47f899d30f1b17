"""Copies of a cache share one store, and none writes where another reads."""

from __future__ import annotations

from types import SimpleNamespace

import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from eudaimon.language.caches import RoomyLayer, copied_layer, joined
from eudaimon.language.fan import Fan

deeds = st.lists(st.tuples(st.integers(0, 9), st.sampled_from(["read", "copy", "drop", "crop"])), max_size=24)


def states(tokens: list[int]) -> torch.Tensor:
    return torch.tensor(tokens, dtype=torch.float32)[None, None, :, None]


@settings(max_examples=200, deadline=None)
@given(deeds=deeds, room=st.integers(0, 9))
def test_every_copy_holds_what_it_has_read_whatever_the_others_do(deeds: list[tuple[int, str]], room: int) -> None:
    layers, read = [RoomyLayer(room)], [[0]]
    layers[0].update(states([0]), states([0]))
    for token, (which, deed) in enumerate(deeds, start=1):
        place = which % len(layers)
        if deed == "read":
            layers[place].update(states([token, -token]), states([token, -token]))
            read[place] = [*read[place], token, -token]
        elif deed == "copy":
            layers.append(copied_layer(layers[place]))
            read.append(read[place])
        elif deed == "drop" and len(layers) > 1:
            del layers[place], read[place]
        elif deed == "crop" and len(read[place]) > 2:
            layers[place].crop(-2)
            read[place] = read[place][:-2]
        for layer, tokens in zip(layers, read, strict=True):
            assert layer.keys[0, 0, :, 0].tolist() == layer.values[0, 0, :, 0].tolist() == tokens


def test_a_copy_that_goes_on_alone_copies_nothing() -> None:
    layer = RoomyLayer(8)
    layer.update(states([1, 2]), states([1, 2]))
    twin = copied_layer(layer)
    twin.update(states([3]), states([3]))
    assert twin.keys.data_ptr() == layer.keys.data_ptr()
    other = copied_layer(layer)
    other.update(states([4]), states([4]))
    assert other.keys.data_ptr() != layer.keys.data_ptr(), "the place was taken"


@given(st.lists(st.integers(0, 3), min_size=1, max_size=9), st.integers(1, 3), st.integers(1, 2))
def test_what_is_folded_is_unfolded(owners: list[int], groups: int, width: int) -> None:
    fan = Fan(torch.tensor(owners), torch.tensor([5, 5, 3, 5]), 5)
    query = torch.randn(len(owners), 2 * groups, width, 4)
    folded = fan.fold(query, 2)
    assert folded.shape[:2] == (4, 2)
    torch.testing.assert_close(fan.unfold(folded, groups, width).reshape(query.shape), query)


def test_trunks_that_nobody_stands_on_are_told() -> None:
    fan = Fan(torch.tensor([3, 3, 1]), torch.tensor([5, 5, 3, 4]), 5)
    assert not fan.sparse
    used, rest = fan.select(torch.tensor([0])).standing()
    assert fan.select(torch.tensor([0])).sparse
    assert (used.tolist(), rest.owners.tolist(), rest.lengths.tolist(), rest.padded) == ([3], [0], [4], True)


@settings(deadline=None)
@given(rows=st.permutations(range(5)), cut=st.integers(1, 4), room=st.integers(0, 3))
def test_a_joined_layer_gives_the_rows_that_it_was_joined_of_with_room_and_without(
    rows: list[int], cut: int, room: int
) -> None:
    parts, places = [], []
    for some, length in ((rows[:cut], 3), (rows[cut:], 2)):
        layer = RoomyLayer(room)
        told = torch.tensor(some, dtype=torch.float32)[:, None, None, None].expand(-1, 1, length, 1)
        layer.update(told, told)
        parts.append(SimpleNamespace(layers=[layer]))
        places.append(torch.tensor(some))
    (layer,) = joined(parts, places, room).layers
    layer.reorder_cache(torch.tensor([4, 0]))
    assert layer.keys[:, 0, -1, 0].tolist() == layer.values[:, 0, -1, 0].tolist() == [4, 0]
