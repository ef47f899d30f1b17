"""The village as an Inspect task, put to personas through the project's own provider, without a network."""

import math
import socket
from pathlib import Path
from typing import Any

import pytest
from inspect_ai import Task, eval
from inspect_ai.log import EvalLog, bundle_log_dir, read_eval_log
from inspect_ai.model import ChatMessageTool, Model, get_model

from eudaimon.dialogue import Conversation, Decision, Verdict
from eudaimon.errors import CapabilityError, InputError
from eudaimon.evals.actors import Reader, play, visits, worths
from eudaimon.evals.provider import conversation_of
from eudaimon.evals.village import DUTIES, village
from eudaimon.gold import FAMILIES, Family, Hidden
from eudaimon.language import Extend, Extension, ScriptedModel
from eudaimon.psyche import Pause
from eudaimon.worlds.village import KINDS, Split, answer, recall


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: socket.socket, address: Any) -> None:
        raise AssertionError(f"a connection to {address} was tried")

    monkeypatch.setattr(socket.socket, "connect", refuse)


class Counting(ScriptedModel):
    """Says what a good helper would, and counts how many are asked at once."""

    def __init__(self) -> None:
        known = {}
        for visit in visits(Split.TEST, 2):
            situation = visit.situation()
            known[situation.notes.text()] = situation
        super().__init__(say=lambda request: answer(known[request.conversation[0].content], request.conversation))
        self.sizes: list[int] = []

    def extend(self, requests: list[Extend]) -> list[Extension]:
        self.sizes.append(len(requests))
        return super().extend(requests)


class Vetoing:
    """Lets the first pause of every reply go on, and every later one surrender."""

    def hear(self, pauses: list[Pause]) -> list[Decision]:
        return [
            Decision(pause.id, Verdict.SURRENDER if pause.id else Verdict.CONTINUE, pause.passage) for pause in pauses
        ]


def persona(language: ScriptedModel, **args: Any) -> Model:
    return get_model("eudaimon/scripted", memoize=False, language=language, **args)


def run(task: Task, model: Model | str, tmp_path: Path, **args: Any) -> EvalLog:
    return read_eval_log(eval(task, model=model, log_dir=str(tmp_path), display="none", **args)[0].location)


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> tuple[EvalLog, Counting, Path]:
    language, folder = Counting(), tmp_path_factory.mktemp("logs")
    return run(village(each=2), persona(language), folder), language, folder


def test_an_eval_runs_offline_and_its_log_is_read_back(spoken: tuple[EvalLog, Counting, Path]) -> None:
    log, _, _ = spoken
    assert log.status == "success"
    assert log.samples is not None
    assert len(log.samples) == 2 * len(KINDS) == len({sample.id for sample in log.samples})


def test_the_log_holds_the_gold_that_the_village_itself_computes(spoken: tuple[EvalLog, Counting, Path]) -> None:
    log, _, _ = spoken
    samples = log.samples or []
    situations = [recall(sample.metadata["visible"]) for sample in samples]
    direct = worths(Hidden(0), situations, play(Reader(), situations))
    for sample, worth in zip(samples, direct, strict=True):
        value = (sample.scores or {})["gold"].value
        assert isinstance(value, dict)
        assert value["gold"] == pytest.approx(worth.gold)
        assert {name for name in DUTIES if not math.isnan(float(value[name] or 0))} >= set(worth.duties)


def test_means_are_given_by_component_and_by_kind_and_leave_out_duties_that_did_not_apply(
    spoken: tuple[EvalLog, Counting, Path],
) -> None:
    log, _, _ = spoken
    assert log.results is not None
    by_name = {score.name: score.metrics for score in log.results.scores}
    assert {"gold", "duty", "parsed", *DUTIES} <= set(by_name)
    assert {f"grouped_{kind}" for kind in KINDS} <= set(by_name["gold"])
    assert by_name["parsed"]["mean"].value == 1.0
    assert by_name["letting go"]["mean"].value > 0.4


def test_samples_that_wait_together_are_answered_together(spoken: tuple[EvalLog, Counting, Path]) -> None:
    _, language, _ = spoken
    assert max(language.sizes) > 8
    assert len(language.sizes) < sum(language.sizes) / 2


def test_the_log_can_be_bundled_into_a_site_to_look_at(spoken: tuple[EvalLog, Counting, Path], tmp_path: Path) -> None:
    bundle_log_dir(str(spoken[2]), str(tmp_path / "site"))
    assert (tmp_path / "site" / "index.html").is_file()
    assert list((tmp_path / "site" / "logs").glob("*.eval"))


def test_reflections_lie_in_the_log_beside_the_words(tmp_path: Path) -> None:
    language = ScriptedModel(
        say=lambda request: "so yes. so yes." if not request.conversation[-1].name else "I am here."
    )
    log = run(village(each=1, kinds="choice"), persona(language, judge=Vetoing()), tmp_path)
    assert log.samples is not None
    output = log.samples[0].output
    assert output.metadata is not None
    assert output.metadata["finish"] == "surrender"
    assert [r["decision"]["verdict"] for r in output.metadata["reflections"]] == ["continue", "surrender"]
    assert any(event.event == "info" and event.source == "council" for event in log.samples[0].events)


def test_every_epoch_of_a_sample_is_spoken_anew(tmp_path: Path) -> None:
    seeds: list[int] = []

    def say(request: Extend) -> str:
        seeds.append(request.seed)
        return "Tom sells bread."

    run(village(each=1, kinds="plain"), persona(ScriptedModel(say=say)), tmp_path, epochs=3, temperature=0.7)
    assert len(set(seeds)) == 3


def test_a_model_that_fails_fails_the_eval_with_its_own_words(tmp_path: Path) -> None:
    def say(request: Extend) -> str:
        raise CapabilityError("this model has lost its voice")

    log = run(village(each=1, kinds="plain"), persona(ScriptedModel(say=say)), tmp_path)
    assert log.status == "error"
    assert log.error is not None
    assert "lost its voice" in log.error.message


def test_a_small_model_from_a_directory_is_evaluated_by_its_path(tmp_path: Path) -> None:
    from eudaimon.birth.network import make_network
    from eudaimon.birth.tokenizer import make_tokenizer

    tokenizer = make_tokenizer(["so", "yes", "no", ".", ","], ("sage",))
    make_network("llama", len(tokenizer), ("sage",), hidden=64, layers=1).save_pretrained(tmp_path / "born")
    tokenizer.save_pretrained(tmp_path / "born")
    log = run(village(each=1, kinds="plain,quiet"), f"eudaimon/{tmp_path / 'born'}", tmp_path, max_tokens=4)
    assert log.status == "success"
    assert log.stats.model_usage[f"eudaimon/{tmp_path / 'born'}"].output_tokens > 0


def test_the_same_visit_is_worth_something_else_in_another_family(tmp_path: Path) -> None:
    def worth(coupling: str) -> float:
        log = run(village(each=1, kinds="claim", coupling=coupling), persona(Counting()), tmp_path)
        assert log.results is not None
        return next(s.metrics["mean"].value for s in log.results.scores if s.name == "approval")

    assert worth("aligned") != worth("opposed")


def test_a_kind_or_family_that_is_not_there_is_named() -> None:
    with pytest.raises(InputError, match="no kind of situation 'weather'"):
        village(kinds="weather")
    with pytest.raises(InputError, match="choose a coupling of aligned"):
        village(coupling="loose")


def test_tools_are_refused_since_personas_only_speak() -> None:
    with pytest.raises(CapabilityError, match="offer no tools"):
        conversation_of([ChatMessageTool(content="42", tool_call_id="1", function="add")])


@pytest.mark.parametrize("family", FAMILIES)
def test_every_duty_that_gold_knows_has_its_place_in_the_scores(family: Family) -> None:
    situations = [visit.situation() for visit in visits(Split.TEST, 2)]
    talks: list[Conversation] = play(Reader(), situations)
    assert {name for worth in worths(Hidden(1, family), situations, talks) for name in worth.duties} <= set(DUTIES)


def test_samples_name_what_is_needed_to_draw_them_again() -> None:
    samples = list(village(each=2, village=7).dataset)
    for sample in samples:
        assert sample.metadata is not None
        situation = recall(sample.metadata["visible"])
        assert (situation.kind, situation.side) == (sample.metadata["kind"], sample.metadata["side"])
