"""A folder of files is read in one order, whatever lies in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from lsp_server.errors import UsageError
from lsp_server.languages import Language, load_bundle
from lsp_server.languages.sources import read_corpus
from tests.conftest import MakeBundle


@pytest.fixture
def calc(make_bundle: MakeBundle) -> Language:
    return load_bundle(make_bundle())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "data"
    (root / "b").mkdir(parents=True)
    for i in range(8):
        (root / "b" / f"{i}.calc").write_text(f"a = {i};\n")
    (root / "a.CALC").write_bytes(b"a\r\n")
    (root / "README.md").write_text("not of the language")
    (root / "large.calc").write_text("a" * 1001)
    (root / "latin.calc").write_bytes(b"\xe9")
    return root


def test_files_of_the_language_are_read_in_the_order_of_their_names(calc: Language, folder: Path) -> None:
    corpus = read_corpus(folder, calc, largest=1000)
    assert [source.name for source in corpus.sources] == ["a.CALC", *(f"b/{i}.calc" for i in range(8))]
    assert corpus.sources[0].text == "a\r\n"
    assert corpus.left_out == {"not of the language": 1, "too large": 1, "unreadable": 1}


def test_a_sample_is_the_same_for_the_same_seed(calc: Language, folder: Path) -> None:
    drawn = [read_corpus(folder, calc, sample=4, seed=seed, largest=1000) for seed in (1, 1, 2)]
    assert drawn[0] == drawn[1]
    assert drawn[0].sources != drawn[2].sources
    assert drawn[0].left_out["not drawn"] == 6


def test_a_sample_larger_than_the_folder_is_the_folder(calc: Language, folder: Path) -> None:
    assert read_corpus(folder, calc, sample=99) == read_corpus(folder, calc)


def test_a_folder_without_a_file_of_the_language_is_an_error(calc: Language, folder: Path) -> None:
    for path in folder.rglob("*alc"):
        path.unlink()
    (folder / "a.CALC").unlink()
    with pytest.raises(UsageError, match=r"no Calculator file \(known are: \.calc\)"):
        read_corpus(folder, calc)


def test_a_folder_that_is_not_there_is_an_error(calc: Language, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such directory"):
        read_corpus(tmp_path / "nothing", calc)
