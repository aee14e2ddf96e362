"""Tiny runs from end to end: it learns, repeats itself, resumes, and what it writes can be loaded."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from lsp_server.errors import ModelError, UsageError
from lsp_server.models import load_model
from lsp_server.text import Span
from lsp_server.training.base import train
from lsp_server.training.config import (
    NetworkShape,
    Recipe,
    TrainingConfig,
    TrainingFolder,
    TrainingProgress,
    TrainingResult,
)
from lsp_server.training.corpus import parse_source, read_documents, set_aside
from lsp_server.training.curve import CURVE

SHAPE = NetworkShape(vocabulary=320, width=32, depth=2, heads=2, key_heads=1, inner=48, window=208, suffix=24)
RECIPE = Recipe(rows=4, rate=1e-2, warmup=0.1, evaluate_every=6, save_every=6, windows_at_end=24)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    for n in range(80):
        lines = (f"field_{n % 7} = value({line % 5})" for line in range(10 + n % 9))
        (folder / f"{n}.zz").write_text("\n".join(lines) + f"\n# {n}\n")
    return folder


def run(config: TrainingConfig) -> tuple[TrainingResult, list[TrainingProgress]]:
    seen: list[TrainingProgress] = []
    return train(config, seen.append), seen


@pytest.fixture(scope="module")
def config(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> TrainingConfig:
    output = tmp_path_factory.mktemp("run")
    source = TrainingFolder(folder, "zz")
    return TrainingConfig((source,), output, steps=12, threads=1, seed=3, shape=SHAPE, recipe=RECIPE)


@pytest.fixture(scope="module")
def finished(config: TrainingConfig) -> tuple[TrainingResult, list[TrainingProgress]]:
    return run(config)


def test_the_loss_falls(finished: tuple[TrainingResult, list[TrainingProgress]]) -> None:
    result, seen = finished
    assert [progress.step for progress in seen] == list(range(1, 13))
    assert result.loss < seen[0].loss - 0.5
    assert seen[-1].fraction == 1
    first, last = seen[5].held_out, seen[11].held_out
    assert first is not None
    assert last is not None
    assert last["zz"].plain < first["zz"].plain
    assert last["zz"] == result.held_out["zz"]


def test_the_curve_has_a_line_for_each_time_that_was_measured(
    finished: tuple[TrainingResult, list[TrainingProgress]],
) -> None:
    result, seen = finished
    head, *lines = (result.output.parent / CURVE).read_text().splitlines()
    assert head.split("\t") == ["step", "tokens", "seconds", "loss", "zz plain", "zz fill"]
    rows = [line.split("\t") for line in lines]
    assert [int(row[0]) for row in rows] == [6, 12]
    assert [int(row[1]) for row in rows] == [seen[5].tokens, seen[11].tokens]
    assert float(rows[-1][4]) == pytest.approx(result.held_out["zz"].plain, abs=1e-4)


def test_the_same_seed_gives_the_same_losses(
    config: TrainingConfig, finished: tuple[TrainingResult, list[TrainingProgress]], tmp_path: Path
) -> None:
    _, seen = run(replace(config, output=tmp_path))
    assert [progress.loss for progress in seen] == [progress.loss for progress in finished[1]]


def test_a_resumed_run_ends_where_an_unbroken_one_does(
    config: TrainingConfig, finished: tuple[TrainingResult, list[TrainingProgress]], tmp_path: Path
) -> None:
    class StoppedError(Exception):
        pass

    def stop_at_eight(progress: TrainingProgress) -> None:
        if progress.step == 8:
            raise StoppedError

    broken = replace(config, output=tmp_path)
    with pytest.raises(StoppedError):
        train(broken, stop_at_eight)
    result, seen = run(replace(broken, resume=True))
    assert [progress.step for progress in seen] == list(range(7, 13))
    assert result.loss == pytest.approx(finished[0].loss, abs=1e-5)
    assert result.tokens == finished[0].tokens
    assert steps_of(tmp_path / CURVE) == [6, 12]


def test_a_run_begun_anew_begins_its_curve_anew(config: TrainingConfig, tmp_path: Path) -> None:
    for steps in (12, 7):
        run(replace(config, output=tmp_path, steps=steps))
    assert steps_of(tmp_path / CURVE) == [6]


def steps_of(curve: Path) -> list[int]:
    return [int(line.split("\t", 1)[0]) for line in curve.read_text().splitlines()[1:]]


def test_the_export_loads_as_a_model(finished: tuple[TrainingResult, list[TrainingProgress]]) -> None:
    result, _ = finished
    assert sorted(path.name for path in result.output.iterdir()) == [
        "config.json",
        "holegram.json",
        "model.safetensors",
        "tokenizer.json",
    ]
    model = load_model(str(result.output), threads=1)
    ids = model.prompt("field_1 = \nfield_1", Span(10, 10), "zz")
    assert model.next_logits(ids).shape == (1, len(model.vocabulary.tokens))


def test_resuming_nothing_is_an_error_with_a_remedy(config: TrainingConfig, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"no checkpoint to resume \(start without --resume\)"):
        run(replace(config, output=tmp_path, resume=True))


def test_a_checkpoint_of_another_shape_is_refused(
    config: TrainingConfig, finished: tuple[TrainingResult, list[TrainingProgress]]
) -> None:
    wider = replace(config, shape=replace(SHAPE, width=48), resume=True)
    with pytest.raises(ModelError, match="another shape"):
        run(wider)


def test_a_run_that_goes_on_from_a_finished_model_knows_what_that_knew(
    config: TrainingConfig, finished: tuple[TrainingResult, list[TrainingProgress]], tmp_path: Path
) -> None:
    result, seen = finished
    further, more = run(replace(config, output=tmp_path, start=result.output, steps=2))
    assert more[0].loss < seen[0].loss - 0.5
    assert (
        further.output.joinpath("tokenizer.json").read_text()
        == result.output.joinpath("tokenizer.json").read_text()
    )


def test_to_go_on_from_nothing_or_from_another_shape_is_one_line(
    config: TrainingConfig, finished: tuple[TrainingResult, list[TrainingProgress]], tmp_path: Path
) -> None:
    with pytest.raises(ModelError, match="no weights to go on from"):
        run(replace(config, output=tmp_path, start=tmp_path))
    wider = replace(SHAPE, width=48)
    with pytest.raises(ModelError, match="of another shape"):
        run(replace(config, output=tmp_path, start=finished[0].output, shape=wider))


@pytest.mark.parametrize("limits", [{"steps": None}, {"minutes": 1.0}])
def test_a_run_needs_exactly_one_limit(config: TrainingConfig, limits: dict[str, float | None]) -> None:
    with pytest.raises(UsageError, match="either --minutes or --steps"):
        run(replace(config, **limits))  # type: ignore[arg-type]


def test_a_run_by_the_clock_ends(config: TrainingConfig, tmp_path: Path) -> None:
    result, seen = run(replace(config, steps=None, minutes=0.005, output=tmp_path))
    assert result.steps == len(seen) >= 1
    assert seen[-1].fraction >= 1


def test_a_folder_without_files_is_an_error(config: TrainingConfig, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no files to train on"):
        run(replace(config, sources=(TrainingFolder(tmp_path, "zz"),)))


def test_unreadable_hidden_and_repeated_files_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "a.zz").write_text("hidden")
    (tmp_path / "b.zz").write_bytes(b"\xef\xbb\xbfkept\r\n")
    (tmp_path / "deep" / "er" / "c.zz").write_text("deeper")
    (tmp_path / "deep" / "d.zz").write_text("deeper")
    (tmp_path / "e.zz").write_bytes(b"\xff\xfe")
    (tmp_path / "f.zz").write_text("  \n")
    (tmp_path / "g.zz").symlink_to(tmp_path / "b.zz")
    texts = [document.text for document in read_documents([TrainingFolder(tmp_path, "zz")])]
    assert texts == ["kept\r\n", "deeper"]


def test_files_of_no_known_language_are_tagged_other(tmp_path: Path) -> None:
    (tmp_path / "a.no-such-extension").write_text("text")
    assert [document.tag for document in read_documents([TrainingFolder(tmp_path)])] == ["other"]


def test_what_is_set_aside_depends_on_the_text_alone(folder: Path) -> None:
    documents = read_documents([TrainingFolder(folder, "zz")])
    kept, held = set_aside(documents)
    again = set_aside(documents[::-1])
    assert len(held) >= 1
    assert set(kept) | set(held) == set(documents)
    assert set(again[1]) == set(held)


def test_a_source_may_name_its_tag_and_weight(tmp_path: Path) -> None:
    assert parse_source(str(tmp_path)) == TrainingFolder(tmp_path)
    assert parse_source(f"zz={tmp_path}") == TrainingFolder(tmp_path, "zz")
    assert parse_source(f"zz:1.5={tmp_path}") == TrainingFolder(tmp_path, "zz", 1.5)
    odd = tmp_path / "zz=1"
    odd.mkdir()
    assert parse_source(str(odd)) == TrainingFolder(odd)
    with pytest.raises(UsageError, match="no folder"):
        parse_source(str(tmp_path / "nothing"))
