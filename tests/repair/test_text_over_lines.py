"""In a text over lines, such as a here-document, signs that look like brackets are none."""

from __future__ import annotations

import pytest

from lsp_server.features.completion import CompletionRequest, complete
from lsp_server.lalr import load_grammar
from lsp_server.lalr.lexing import check
from lsp_server.languages import load_registry
from lsp_server.models.scripted import ScriptedModel
from lsp_server.syntax import Landmarks, parse

TEXT = """\
resource "a" "b" {
  policy = <<-JSON
    {
      "Statement": [
        {
          "Effect": "Allow"
        }
      ]
    }
  JSON
}
"""


@pytest.mark.parametrize("wanted", ["a ${", "${x}", " %{ if x }", "[{("])
def test_what_is_suggested_there_leaves_the_file_whole(wanted: str) -> None:
    language = load_registry().by_id("hcl")
    grammar, cursor = load_grammar(language), TEXT.index("{\n          ") + 1
    assert check(grammar, TEXT) is None
    request = CompletionRequest(
        TEXT, cursor, language, Landmarks(parse(language, TEXT)), max_tokens=24, candidates=2
    )
    items = complete(request, ScriptedModel({TEXT[:cursor]: wanted}), lambda: False).items
    for item in items:
        assert check(grammar, TEXT[:cursor] + item.text + TEXT[cursor:]) is None, item.text
    assert items
