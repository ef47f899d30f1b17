"""Compilation: what every consumer of a charter gets, in the consumer's own format, and what becomes nothing."""

import json
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from tests.values.charter.examples import FULL
from tests.values.charter.test_changes import full

from eudaimon.dialogue import Message
from eudaimon.errors import FormatError, InputError
from eudaimon.language import ScriptedModel
from eudaimon.values import Article, Charter, Precedent, Predicate, Tension, read_charter
from eudaimon.values.compilation import (
    FIELDS,
    Templates,
    compile_charter,
    data_filter,
    judged_reward,
    rewards,
    write_compiled,
)
from eudaimon.values.compilation.templating import OURS

SHIPPED = read_charter()


def test_no_line_of_the_shipped_charter_becomes_nothing() -> None:
    assert compile_charter(SHIPPED).idle == ()


def test_psyche_loads_the_norms_as_archetypes_once_they_are_sealed(tmp_path: Path) -> None:
    from eudaimon.psyche import load_archetypes, pulls_against, reseal

    write_compiled(compile_charter(SHIPPED), tmp_path)
    own = tmp_path / "archetypes.yaml"
    for product in compile_charter(SHIPPED).of("norm"):
        reseal(product.name, own)
    keepers = load_archetypes(own)
    assert keepers["keeper_of_care"].holds_floor
    assert not keepers["keeper_of_humility"].holds_floor
    assert pulls_against(keepers["keeper_of_autonomy"], keepers["keeper_of_guidance"])
    assert "Never to be broken: Who asks to be left alone" in keepers["keeper_of_autonomy"].card


def test_values_that_are_spelt_almost_alike_have_one_keeper() -> None:
    some = (Article("a", "letting go", "norm", "T."), Article("b", "Letting-go", "floor", "U."))
    (keeper,) = compile_charter(Charter("c", 1, some)).of("norm")
    assert keeper.content["holds_floor"]
    assert "U." in keeper.content["card"].split("T.")[0]


def test_every_article_becomes_a_principle_to_critique_and_to_revise_by() -> None:
    found = {product.name: product.content for product in compile_charter(SHIPPED).of("principle")}
    assert set(found) == {article.id for article in SHIPPED.articles}
    assert "which is never to be broken: Nobody is told" in found["no-contempt"]["critique"]
    assert found["guidance"]["revision"].endswith("It applies where danger or asked_for_advice.")


def test_a_rubric_asks_one_question_a_criterion_and_none_where_code_tells() -> None:
    found = {product.name: product.content["questions"] for product in compile_charter(SHIPPED).of("rubric")}
    assert len(found["guidance"]) == 2
    assert "no-contempt" not in found


def test_rewards_are_called_as_trl_calls_them_with_texts_or_turns() -> None:
    contempt = next(one for one in rewards(SHIPPED) if one.__name__ == "no_contempt")
    asked = [{"role": "user", "content": "hello"}]
    said = [[{"role": "assistant", "content": text}] for text in ("You are worthless.", "Good day.")]
    assert contempt([asked, asked], said) == [0.0, 1.0]
    assert contempt(prompts=["hello"], completions=["Good day."], completion_ids=[[1]], trainer_state=None) == [1.0]


def test_columns_say_in_which_context_a_row_stands() -> None:
    check = Predicate(never_say=("as you like",))
    some = (
        Article("firm", "guidance", "norm", "T.", check, scope="danger"),
        Article("safe", "care", "floor", "T.", check, scope="danger"),
    )
    firm, safe = rewards(Charter("c", 1, some, {"danger": "flag"}))
    rows = (["x"] * 2, ["As you like."] * 2)
    assert firm(*rows, danger=[True, False]) == safe(*rows, danger=[True, False]) == [0.0, None]
    assert (firm(*rows), safe(*rows)) == ([None, None], [0.0, 0.0])


def test_a_judges_reward_saturates_where_it_is_good_enough() -> None:
    scores = {"bad": 0.3, "fair": 0.7, "good": 0.9, "best": 1.0}
    model = ScriptedModel(judge=lambda heard, voice: ("", (scores[heard[-1].content], 1 - scores[heard[-1].content])))
    article = Article("kind", "care", "aspiration", "Be kind.", standard=read_standard(0.5, 0.8), scope="danger")
    (rubric,) = compile_charter(Charter("c", 1, (article,), {"danger": "flag"})).of("rubric")
    reward = judged_reward(rubric, model)
    found = reward(["x"] * 5, [*scores, "bad"], danger=[True] * 4 + [False])
    assert found[:4] == [0.0, pytest.approx(0.875), 1.0, 1.0]
    assert found[4] is None


def read_standard(floor: float, aspiration: float) -> object:
    from eudaimon.values import Standard

    return Standard(floor, aspiration)


def test_the_filter_keeps_or_says_which_floor_in_every_form_of_a_document() -> None:
    keep = data_filter(SHIPPED)
    bad = [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "You are worthless."}]
    assert keep({"messages": bad}) == (False, "no-contempt")
    assert keep({"prompt": "Leave me alone!", "completion": "But " + "why " * 30 + "?"}) == (False, "leave-alone")
    assert keep({"prompt": bad[:1], "chosen": [{"role": "assistant", "content": "Good day."}]}) is True
    assert keep({"messages": [{"role": "user", "content": "You are worthless."}]}) is True


def test_inspect_reads_the_items_and_no_place_is_always_right(tmp_path: Path) -> None:
    from inspect_ai.dataset import json_dataset

    many = tuple(
        Precedent(f"p{i}", "own-choice", "It was so.", asked=f"{i}?", answer=f"Yes, {i}.", instead_of=f"No, {i}.")
        for i in range(60)
    )
    write_compiled(compile_charter(replace(SHIPPED, precedents=many)), tmp_path)
    samples = list(json_dataset(str(tmp_path / "items.jsonl")))
    assert samples[0].id == "village/p0"
    assert samples[0].metadata is not None
    assert samples[0].metadata["article"] == "own-choice"
    right = [sample.target for sample in samples]
    assert {"A", "B"} == set(right)
    assert 15 < right.count("A") < 45
    assert all(s.choices and s.choices["AB".index(str(s.target))].startswith("Yes") for s in samples)


def test_the_written_script_gives_the_same_rewards_in_another_process(tmp_path: Path) -> None:
    write_compiled(compile_charter(SHIPPED), tmp_path)
    code = "from rewards import KEEP, REWARDS; print([r.__name__ for r in REWARDS], KEEP({'text': 'Good day.'}))"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['one_voice', 'no_contempt', 'leave_alone', 'whole_sentences'] True"


@pytest.mark.parametrize(
    ("entry", "line", "why"),
    [
        (Precedent("p", "a", "So.", answer="Yes."), ("precedents", "p", "answer"), "there is no whole item"),
        (Precedent("p", "a", "So."), ("precedents", "p", "case"), "settles no tension"),
        (Article("d", "u", "norm", "T.", priority=3), ("articles", "d", "priority"), "no tension names the article"),
        (Article("d", "v", "norm", "T.", until=date(2025, 1, 1)), ("articles", "d", "text"), "not in force on 2026"),
        (Tension("t", ("a", "old"), "x"), ("tensions", "t", "about"), "one of its articles is not in force"),
    ],
)
def test_a_line_that_becomes_nothing_is_reported_with_the_reason(
    entry: object, line: tuple[str, str, str], why: str
) -> None:
    old = Article("old", "w", "norm", "T.", until=date(2025, 1, 1))
    base = Charter("c", 1, (Article("a", "v", "norm", "T."), old))
    part = {Precedent: "precedents", Article: "articles", Tension: "tensions"}[type(entry)]
    charter = replace(base, **{part: (*getattr(base, part), entry)})
    idle = dict(compile_charter(charter, date(2026, 5, 5)).idle)
    assert why in idle[line]


def test_what_is_not_in_force_compiles_to_nothing(tmp_path: Path) -> None:
    charter = full(tmp_path)
    late = compile_charter(charter, date(2030, 1, 1))
    assert "quiet" not in {product.name for product in late.products}
    assert "quiet" in FULL


@pytest.mark.parametrize(
    ("name", "text", "words", "line"),
    [
        ("line", "{{ text }}", "never uses kind, scope", None),
        ("rubric", "Is it so?\n{{ criterion }} {{ tone }}", "asks for tone, which there is not", 2),
        ("rubric", "Is it so?\n{{ criterion", "is no Jinja template", 2),
    ],
)
def test_a_template_with_an_unused_or_missing_field_is_refused(
    name: str, text: str, words: str, line: int | None, tmp_path: Path
) -> None:
    (tmp_path / f"{name}.txt").write_text(text, encoding="utf-8")
    with pytest.raises(FormatError, match=words) as caught:
        Templates(tmp_path)
    assert caught.value.line == line


def test_a_folder_of_templates_replaces_ours_by_name_and_holds_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "rubric.txt").write_text("Ja oder nein: {{ criterion }}", encoding="utf-8")
    (rubric, *_) = compile_charter(SHIPPED, templates=Templates(tmp_path)).of("rubric")
    assert rubric.content["questions"][0].startswith("Ja oder nein: ")
    (tmp_path / "tone.txt").write_text("x", encoding="utf-8")
    with pytest.raises(InputError, match="is no template"):
        Templates(tmp_path)
    with pytest.raises(ValueError, match="is for criterion, not for mood"):
        Templates().render("rubric", mood="x")
    assert {path.stem for path in OURS.glob("*.txt")} == set(FIELDS)


def test_products_are_plain_json() -> None:
    for product in compile_charter(SHIPPED).products:
        assert json.loads(json.dumps(product.content)) == product.content
    assert Message("user", "x")


@pytest.mark.slow
def test_trl_trains_with_the_rewards_and_leaves_out_what_does_not_bind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_DISABLE_TELEMETRY", "1")
    from datasets import Dataset
    from trl import GRPOConfig, GRPOTrainer

    from eudaimon.language.backend import open_model

    model = open_model()
    check = Predicate(never_say=("bread",))
    charter = Charter(
        "c",
        1,
        (
            Article("no-bread", "truth", "floor", "No bread.", check, scope="hungry"),
            Article("whole", "truth", "floor", "Whole.", Predicate(must_end_with_punctuation=True)),
        ),
        {"hungry": "flag"},
    )
    options = {"use_cpu": True, "bf16": False, "report_to": [], "max_steps": 2, "logging_steps": 1}
    trainer = GRPOTrainer(
        model=model.model,  # type: ignore[attr-defined]
        reward_funcs=rewards(charter),
        args=GRPOConfig(
            str(tmp_path), per_device_train_batch_size=4, num_generations=4, max_completion_length=8, **options
        ),
        train_dataset=Dataset.from_dict({"prompt": ["who sells bread?"] * 8, "hungry": [True, False] * 4}),
        processing_class=model.tokenizer,  # type: ignore[attr-defined]
    )
    trainer.train()
    logged = trainer.state.log_history
    assert any("rewards/no_bread/mean" in row for row in logged)
    assert any("rewards/whole/mean" in row for row in logged)
