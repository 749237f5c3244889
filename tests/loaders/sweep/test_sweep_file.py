"""Sweep files: what they may say, and every mistake with its line before anything runs."""

from __future__ import annotations

from pathlib import Path

import pytest
from sweep_builders import ready_evaluations, write_evaluation, write_pronouns, write_sweep

from analysis.errors import ScalewatchError, UnknownNameError
from loaders.models.registry import checkpoints
from loaders.sweep.sweep_file import Sweep, read_sweep, ready_sweeps, sweep_path
from loaders.sweep.targets import folder_identity
from loaders.sweep.yaml_lines import SweepFileError


def read(tmp_path: Path, text: str) -> Sweep:
    write_evaluation(tmp_path / "evals" / "narcissism.jsonl")
    (tmp_path / "s.yaml").write_text(text)
    return read_sweep(tmp_path / "s.yaml")


def problems(tmp_path: Path, text: str) -> list[tuple[int, str, str]]:
    with pytest.raises(SweepFileError) as caught:
        read(tmp_path, text)
    assert str(caught.value).startswith(f"{tmp_path / 's.yaml'}: {len(caught.value.problems)} problem")
    return [(each.line, each.field, each.reason) for each in caught.value.problems]


HEAD = "into: x\nbackend: scripted\nevaluations: [evals]\n"


def test_every_problem_is_listed_with_its_line(tmp_path: Path) -> None:
    found = problems(
        tmp_path,
        """into: My Set
limits: 5
limit: -3
seed: soon
dtype: float23
evaluations:
  - evals
  - nothing-like-it
  - evaluation: evals/narcissism.jsonl
    prompt_style: dialog
checkpoints:
  - EleutherAI/pythia-70m
  - ./absent-folder
  - somebody/unheard-of
  - {model: somebody/mine, family: Mine, parameter_count: -7, stage: baked}
  - family: Pithya
  - pythia-99*
into: again
""",
    )
    assert [line for line, *_ in found] == [1, 2, 3, 4, 5, 8, 10, 13, 14, 15, 15, 16, 17, 18]
    by_line = {line: (field, reason) for line, field, reason in found}
    assert by_line[2] == ("field 'limits'", by_line[2][1])
    assert "Did you mean 'limit'?" in by_line[2][1]
    assert by_line[3][1] == "is -3, not a number from 1. Correct it"
    assert "Allowed: float32, bfloat16, float16" in by_line[5][1]
    assert "nothing-like-it" in by_line[8][1]
    assert "Did you mean 'dialogue'?" in by_line[10][1]
    assert "absent-folder" in by_line[13][1]
    assert "Give its family and parameter_count and stage" in by_line[14][1]
    assert "no family 'Pithya'" in by_line[16][1]
    assert "given twice, first in line 1" in by_line[18][1]


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("", 1, "is empty"),
        ("into: [x\n", 2, "not YAML"),
        ("- a\n- b\n", 1, "is a list, not fields with values"),
        ("into: x\n", 1, "is missing"),
        (HEAD + "checkpoints: EleutherAI/pythia-70m\n", 4, "not a list with entries"),
        (HEAD + "checkpoints: []\n", 4, "an empty list"),
        (HEAD + "checkpoints:\n  - {revision: step1}\n", 5, "Name a model, or a family"),
        (HEAD + "checkpoints:\n  - pythia-70m\noptions: [1]\n", 6, "not a mapping"),
        (HEAD + "checkpoints:\n  - pythia-70m\noptions: {api_key: s3cret}\n", 6, "keys are never stored"),
        (HEAD + "checkpoints:\n  - pythia-70m\nevaluations_root: nowhere\n", 6, "there is no folder"),
        (HEAD + "checkpoints:\n  - {family: Pythia, variant: shiny}\n", 5, "Variants: ''"),
        (HEAD + "checkpoints:\n  - {family: Pythia, parameter_count: 7}\n", 5, "a fact about one model"),
        (HEAD + "checkpoints:\n  - {model: pythia-70m, name: a}\n  - {model: pythia-1b, name: a}\n", 6, "another name"),
        (HEAD + "checkpoints:\n  - pythia-70m\n  - {model: pythia-70m, stage: rlhf}\n", 6, "another"),
        (HEAD + "checkpoints:\n  - pythia-70m\noptions: {device: cpu}\n", 6, "a field of its own"),
        (HEAD + "checkpoints: [pythia-70m]\noptions:\n  option_mass: 1\n  optionmas: 1\n", 7, "mean option_mass?"),
        (HEAD + "checkpoints: [pythia-70m]\noptions: {trust_remote_code: true}\n", 5, "No option of the backend 's"),
        (HEAD + "checkpoints:\n  - {model: pythia-70m, revision: a, revisions: [b]}\n", 5, "Keep one of the two"),
        (HEAD + "checkpoints:\n  - pythia-70m\nbatch_tokens: 1.5\n", 6, "not a whole number"),
    ],
)  # fmt: skip
def test_one_mistake(tmp_path: Path, text: str, line: int, reason: str) -> None:
    found = problems(tmp_path, text)
    assert any(each[0] == line and reason in each[2] for each in found), found


def test_what_follows_from_a_mistake_is_not_listed_with_it(tmp_path: Path) -> None:
    entry = "{model: me/mine, family: Mine, parameter_count: big}"
    (about_size, about_stage) = problems(tmp_path, HEAD + f"checkpoints:\n  - {entry}\n")
    assert (about_size[1], about_size[2]) == ("field 'model'", "'me/mine' is not in the checkpoint registry. "
                                              "Give its stage in this entry")  # fmt: skip
    assert about_stage[1:] == ("field 'parameter_count'", "is 'big', not a number from 1. Correct it")
    text = HEAD.replace("[evals]", "[narcissism, openness]") + "checkpoints: [pythia-70m]\nevaluations_root: nowhere\n"
    ((line, field, _),) = problems(tmp_path, text)
    assert (line, field) == (5, "field 'evaluations_root'")


def test_options_are_not_judged_where_the_backend_is_a_mistake(tmp_path: Path) -> None:
    text = HEAD.replace("scripted", "scriptd") + "checkpoints: [pythia-70m]\noptions: {option_mass: 1}\n"
    ((line, field, _),) = problems(tmp_path, text)
    assert (line, field) == (2, "field 'backend'")


def test_an_evaluation_asked_for_by_a_name_that_two_files_have(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        write_evaluation(tmp_path / "evals" / folder / "openness.jsonl")
    text = HEAD.replace("[evals]", "%s") + "evaluations_root: evals\ncheckpoints: [pythia-70m]\n"
    ((line, _, reason),) = problems(tmp_path, text % "[openness]")
    both = f"{tmp_path / 'evals/a/openness.jsonl'} and {tmp_path / 'evals/b/openness.jsonl'}"
    assert (line, reason) == (3, f"'openness' is the name of {both}. Give the path of one")
    (evaluation,) = read(tmp_path, text % "[b/openness.jsonl]").evaluations
    assert evaluation.path == tmp_path / "evals" / "b" / "openness.jsonl"


def test_a_broken_evaluation_is_found_before_anything_runs(tmp_path: Path) -> None:
    (tmp_path / "evals").mkdir()
    (tmp_path / "evals" / "broken.jsonl").write_text('{"question": "a?"}\n')
    ((line, _, reason),) = problems(tmp_path, HEAD + "checkpoints: [pythia-70m]\n")
    assert line == 3
    assert "broken.jsonl, line 1: the field 'answer_matching_behavior' is missing" in reason


def test_secrets_are_not_shown(tmp_path: Path) -> None:
    found = problems(tmp_path, HEAD + "checkpoints: [pythia-70m]\noptions: {api_key: s3cret}\n")
    assert "s3cret" not in str(found)


def test_checkpoints_of_all_kinds(tmp_path: Path) -> None:
    sweep = read(
        tmp_path,
        HEAD
        + """checkpoints:
  - pythia-70m
  - {model: EleutherAI/pythia-160m, revisions: [step1000, step2000]}
  - pythia-1*b
  - {family: OLMo 2, variant: SFT}
  - {model: pythia-70m, rlhf_steps: 50, stage: rlhf}
  - {model: me/mine, revisions: [a, b], name: mine, family: Mine, parameter_count: 7e9, stage: rlhf}
""",
    )
    facts = {each.checkpoint.name: each.checkpoint for each in sweep.targets}
    assert list(facts)[:3] == ["pythia-70m", "pythia-160m@step1000", "pythia-160m@step2000"]
    assert {"pythia-1b", "pythia-1.4b", "pythia-12b", "OLMo-2-1124-7B-SFT"} < facts.keys()
    assert facts["pythia-160m@step1000"].training_tokens == 1000 * 2_097_152
    assert (facts["pythia-70m@rl50"].rlhf_steps, facts["pythia-70m@rl50"].stage) == (50, "rlhf")
    assert facts["mine@b"].parameter_count == 7_000_000_000
    assert facts["mine@b"].family == "Mine"


def test_registry_names_are_loaded_by_hub_id(tmp_path: Path) -> None:
    text = HEAD.replace("scripted", "transformers") + "checkpoints: [pythia-70m@step512]\n"
    (target,) = read(tmp_path, text).targets
    assert (target.model, target.revision, target.folder) == ("EleutherAI/pythia-70m", "step512", None)


def test_a_local_folder_and_its_revisions(tmp_path: Path) -> None:
    for step in ("step0", "step100"):
        (tmp_path / "mine" / step).mkdir(parents=True)
        (tmp_path / "mine" / step / "config.json").write_text(step)
    text = HEAD.replace("scripted", "transformers") + "checkpoints:\n  - {model: ./mine, revisions: [step0, step100], "
    sweep = read(tmp_path, text + "family: M, parameter_count: 1_000, stage: rlhf}\n")
    first, second = sweep.targets
    assert (first.checkpoint.name, first.folder, first.revision) == ("mine@step0", tmp_path / "mine" / "step0", None)
    assert first.identity != second.identity
    found = problems(tmp_path, text.replace("step100]", "step7]") + "family: M, parameter_count: 1, stage: rlhf}\n")
    assert found[0][0] == 5
    assert "Folders there: step0, step100" in found[0][2]


def test_identity_of_a_folder_follows_its_files(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    before = folder_identity(tmp_path)
    assert folder_identity(tmp_path) == before
    (tmp_path / "config.json").write_text("{ }")
    assert folder_identity(tmp_path) != before


def test_prompt_styles(tmp_path: Path) -> None:
    write_evaluation(tmp_path / "evals" / "sycophancy_on_nlp_survey.jsonl")
    sweep = read(
        tmp_path,
        """into: x
backend: scripted
prompt_style: [paper, bare]
evaluations:
  - evals
  - {evaluation: evals/narcissism.jsonl, prompt_style: chat}
checkpoints: [pythia-70m]
""",
    )
    styles = {each.name: each.prompt_styles for each in sweep.evaluations}
    assert styles == {
        "narcissism": ("dialogue", "bare", "chat"),
        "sycophancy_on_nlp_survey": ("best-answer", "bare"),
    }


def test_limit_takes_the_first_and_a_seed_the_same_for_all(tmp_path: Path) -> None:
    tail = "checkpoints: [pythia-70m]\nlimit: 4\n"
    first = read(tmp_path, HEAD + tail)
    assert [each.id for each in first.questions(first.evaluations[0])] == ["1", "2", "3", "4"]
    drawn = read(tmp_path, HEAD + tail + "seed: 1\n")
    ids = [each.id for each in drawn.questions(drawn.evaluations[0])]
    assert ids == sorted(ids, key=int)
    assert ids != ["1", "2", "3", "4"]
    assert ids == [each.id for each in read_sweep(drawn.path).questions(drawn.evaluations[0])]
    assert drawn.evaluations[0].n_questions == 4
    (tmp_path / "s.yaml").write_text(HEAD + tail + "seed: 2\n")
    other = read_sweep(tmp_path / "s.yaml")
    assert ids != [each.id for each in other.questions(other.evaluations[0])]
    assert read_sweep(drawn.path, limit=2).limit == 2
    assert (drawn.num_cpus, drawn.num_gpus) == (1, 0)


def test_evaluations_by_name_folder_and_file(tmp_path: Path) -> None:
    write_evaluation(tmp_path / "evals" / "persona" / "openness.jsonl")
    write_evaluation(tmp_path / "evals" / "advanced-ai-risk" / "lm_generated_evals" / "survival-instinct.jsonl")
    (tmp_path / "evals" / "w").mkdir()
    write_pronouns(tmp_path / "evals" / "w" / "winogenerated_examples.jsonl")
    names = "[openness, advanced-ai-risk, w/winogenerated_examples.jsonl]"
    text = f"into: x\nbackend: scripted\nevaluations_root: evals\nevaluations: {names}\ncheckpoints: [pythia-70m]\n"
    sweep = read(tmp_path, text)
    assert [each.name for each in sweep.evaluations] == [
        "openness", "ai-risk-lm-survival-instinct", "winogenerated_examples",
    ]  # fmt: skip


def test_sweep_named_or_ready(tmp_path: Path) -> None:
    assert sweep_path(str(write_sweep(tmp_path))) == tmp_path / "sweep.yaml"
    assert sweep_path("pythia").name == "pythia.yaml"
    with pytest.raises(UnknownNameError, match="Did you mean pythia"):
        sweep_path("pythja")


@pytest.mark.parametrize("name", ready_sweeps())
def test_ready_sweeps_name_checkpoints_of_the_registry(name: str, tmp_path: Path) -> None:
    sweep = read_sweep(sweep_path(name), evaluations_root=ready_evaluations(tmp_path / "evals"))
    known = {each.hub_id: each for each in checkpoints().values()}
    assert len(sweep.targets) >= 6
    for target in sweep.targets:
        assert target.model in known, target
        assert target.checkpoint.family == known[target.model].family
        assert target.checkpoint.parameter_count == known[target.model].parameter_count
    assert len({each.name for each in sweep.evaluations}) == 5


def test_a_ready_sweep_without_evaluations_says_where_they_are() -> None:
    with pytest.raises(ScalewatchError, match=r"run pythia --evaluations DIR.*github.com/anthropics/evals"):
        read_sweep(sweep_path("pythia"))


def test_a_reward_head_makes_an_entry_a_preference_model_beside_language_models(tmp_path: Path) -> None:
    for name in ("lm", "pm"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "config.json").write_text("{}")
    facts = "family: Own, parameter_count: 1000000"
    text = (
        "into: x\nevaluations: [evals]\ncheckpoints:\n"
        f"  - {{model: ./lm, {facts}, stage: rlhf}}\n  - {{model: ./pm, {facts}, head: reward}}\n"
    )
    policy, reward = read(tmp_path, text).targets
    assert (policy.backend, policy.checkpoint.stage) == ("transformers", "rlhf")
    assert (reward.backend, reward.checkpoint.stage) == ("preference_model", "preference_model")
    (problem,) = problems(tmp_path, HEAD + "checkpoints:\n  - {model: pythia-70m, head: reward}\n")
    assert (problem[0], problem[2]) == (5, "needs a backend that loads weights, not 'scripted'. Remove it")


def test_a_reward_head_beside_the_same_language_model_needs_a_name_of_its_own(tmp_path: Path) -> None:
    text = "into: x\nevaluations: [evals]\ncheckpoints:\n  - pythia-70m\n  - {model: pythia-70m, head: reward%s}\n"
    ((line, _, reason),) = problems(tmp_path, text % "")
    assert (line, "like the one in line 4, and differs" in reason) == (5, True)
    named = read(tmp_path, text % ", name: judge")
    assert [(each.checkpoint.name, each.backend) for each in named.targets] == [
        ("pythia-70m", "transformers"),
        ("judge", "preference_model"),
    ]


def test_a_servers_model_may_be_called_like_a_path(tmp_path: Path) -> None:
    facts = "family: A, parameter_count: 1000, stage: pretrained"
    text = f"into: x\nbackend: openai_compatible\nevaluations: [evals]\ncheckpoints: [{{model: /models/a, {facts}}}]\n"
    (target,) = read(tmp_path, text).targets
    assert (target.model, target.folder) == ("/models/a", None)
