"""Comment, then Enter: so many suggestions are about the comment, by examples alone."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from lsp_server.models import ScriptedModel
from tests.eval.wishes import cases, measured

LEAST = {"graphql": 14, "hcl": 14, "postgres": 9, "sparql": 15}


def test_suggestions_below_a_comment_are_about_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platformdirs.user_cache_path", lambda *_, **__: tmp_path / "cache")
    assert Counter(case["language"] for case in cases()) == dict.fromkeys(LEAST, 15)
    found = list(measured(ScriptedModel({})))
    about = Counter(one.language for one in found if one.is_about)
    assert all(about[language] >= least for language, least in LEAST.items()), [
        (one.language, one.wish, one.text, one.missing) for one in found if not one.is_about
    ]
