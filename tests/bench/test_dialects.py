"""What other engines are given: the grammar in their dialect."""

from __future__ import annotations

import re

from lsp_server.constraint import load_grammar
from lsp_server.languages import Language
from tests.bench.dialects import gbnf


def test_gbnf_defines_what_it_uses_and_no_rule_begins_with_itself(language: Language) -> None:
    rules = dict(line.split(" ::= ", 1) for line in gbnf(load_grammar(language)).splitlines())
    texts = {name: re.sub(r'\[(?:\\.|[^\]\\])*\]|"[^"]*"', "_", body) for name, body in rules.items()}
    assert rules.keys() >= {
        name for body in texts.values() for name in re.findall(r"\b[rt]\d+(?:-tail)?", body)
    }
    begins = {name: set(re.findall(r"(?:^|[|(] ?)([rt]\d+(?:-tail)?)", body)) for name, body in texts.items()}
    for name in begins:
        seen: set[str] = set()
        pending = [name]
        while pending:
            for other in begins.get(pending.pop(), set()) - seen:
                seen.add(other)
                pending.append(other)
        assert name not in seen, name
