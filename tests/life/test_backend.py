"""Which backend a place stands for."""

from pathlib import Path

import pytest

from eudaimon import open_model
from eudaimon.errors import EndpointRefused, InputError, ModelError
from eudaimon.language.endpoint import EndpointModel
from eudaimon.language.local import LocalModel


def test_a_url_is_an_endpoint_and_needs_a_name() -> None:
    model = open_model("http://localhost:8000/v1", name="mine")
    assert isinstance(model, EndpointModel)
    assert model.name == "endpoint:mine"
    with pytest.raises(InputError, match=r"say which \(--model-name NAME\)"):
        open_model("http://localhost:8000/v1")


def test_what_belongs_to_the_other_sort_of_backend_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="applies its model's chat template itself"):
        open_model("https://localhost/v1", name="mine", template="{{ messages }}")
    with pytest.raises(InputError, match="belongs to an endpoint"):
        open_model(tmp_path, name="mine")


def test_a_url_that_is_none_is_refused() -> None:
    with pytest.raises(EndpointRefused):
        open_model("http://", name="mine")


def test_a_directory_is_a_local_model_and_a_small_one_runs_on_one_thread(
    newborn: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    monkeypatch.setattr("torch.set_num_threads", asked.append)
    assert isinstance(open_model(newborn), LocalModel)
    assert asked == [1]
    open_model(newborn, threads=2)
    assert asked == [1, 2]


def test_no_place_is_the_embedded_model(newborn: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("eudaimon.language.backend.NEWBORN", tmp_path)
    with pytest.raises(ModelError, match="no model is embedded here"):
        open_model()
    monkeypatch.setattr("eudaimon.language.backend.NEWBORN", newborn)
    assert open_model().name == open_model(newborn).name


def test_a_directory_that_is_not_there_is_named() -> None:
    with pytest.raises(InputError, match="/no/such/model"):
        open_model("/no/such/model")
