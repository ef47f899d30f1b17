"""Texts as vectors: by words, or by an encoder on disk, which also tells what a viewpoint is about."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from tests.life.newborn import tiny_newborn

from eudaimon.errors import ModelError
from eudaimon.values.pluralism import Encoder, compose, coverage, viewpoints
from eudaimon.values.pluralism.planted import crowd

TOPIC = "cars in the old town"
ABOUT = {"selling": 0.1, "contempt": 0.8, "ban": 0.9, "shops": 0.7, "disabled": 0.6, "bus": 0.7}


def meanings(texts: Sequence[str], known: Sequence[str]) -> np.ndarray:
    """What an encoder would see: how far a text is about the topic, and which stance it has."""
    people = [crowd(TOPIC, 160, seed) for seed in (1, 2)]
    stances = {
        " ".join(t.split()).rstrip("."): s for one in people for t, s in zip(one.statements, one.stances, strict=True)
    }
    found = np.zeros((len(texts), 8))
    for row, text in zip(found, texts, strict=True):
        stance = stances.get(text.rstrip("."), "")
        row[0] = near = ABOUT.get(stance, 1.0)
        row[[*ABOUT].index(stance) + 1 if stance else 0] += np.sqrt(1 - near**2)
        row[7] = 0.01 * (len(text) % 7)
    return found / np.linalg.norm(found, axis=1, keepdims=True)


def test_with_vectors_that_mean_something_what_is_not_about_the_topic_is_set_aside() -> None:
    people = crowd(TOPIC, 160, 1)
    found = viewpoints(people.statements, embed=meanings, topic=TOPIC)
    off = [one for one in found if one.aside == f"is not about {TOPIC}"]
    assert off
    assert all("watches" in text for one in off for text in one.statements)
    assert not any("watches" in text for one in found if not one.aside for text in one.statements)


def test_by_words_alone_nothing_is_called_beside_the_topic() -> None:
    people = crowd(TOPIC, 160, 1)
    assert viewpoints(people.statements, topic=TOPIC) == viewpoints(people.statements)


def test_an_answer_is_checked_by_the_same_vectors() -> None:
    found = viewpoints(crowd(TOPIC, 160, 1).statements, embed=meanings, topic=TOPIC)
    answer = compose(TOPIC, found, embed=meanings)
    assert coverage(answer, found, embed=meanings).missing == ()
    beside = f"{answer}\nSome say: the weather was fine on Monday."
    assert coverage(beside, found, embed=meanings).unheld == ("the weather was fine on Monday",)


def test_an_encoder_is_read_from_disk_and_gives_unit_vectors_the_same_every_time(tmp_path: Path) -> None:
    encoder = Encoder(tiny_newborn(tmp_path))
    texts = ["Tom sells bread.", "the ford is closed.", "Tom sells bread."]
    found = encoder(texts, texts)
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1.0, rtol=1e-5)
    np.testing.assert_array_equal(found[0], found[2])
    np.testing.assert_array_equal(found[1:2], encoder(texts[1:2], []))
    assert np.abs(found[0] - found[1]).max() > 1e-3


def test_a_place_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"config.json is not there"):
        Encoder(tmp_path)
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(ModelError, match="cannot be read as a sentence encoder"):
        Encoder(tmp_path)
