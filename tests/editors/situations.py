"""What a person does in an editor, for each language: a slip and its repair, and places to complete at.

No suggestion of the bundled model is written down here: another model says something else, and the editor
has to put that in the right place just the same.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lsp_server.agreement.judges import load_judge
from lsp_server.languages import load_registry
from lsp_server.languages.cases import CURSOR


@dataclass(frozen=True)
class Situation:
    """A file name, a text with an error on its second line, that text repaired, and texts with a cursor."""

    language: str
    file: str
    broken: str
    repaired: str
    cursors: tuple[str, ...]


TYPED, SUGGESTED = "as typed", "suggested line"
"""What is said beside the entry that is the word as it stands, and beside those that the model suggests."""


@dataclass(frozen=True)
class Accepted:
    """The text once an entry was accepted, and where that was suggested by the model, what was told of it."""

    text: str
    documentation: str | None = None


def best_of(told: Sequence[str]) -> int | None:
    """Which entry is accepted, by what is said beside each: the model's, else one that is not what stands."""
    if SUGGESTED in told:
        return told.index(SUGGESTED)
    return next((place for place, said in enumerate(told) if said != TYPED), None)


SITUATIONS = (
    Situation(
        "graphql",
        "library.graphql",
        "type Book {\n  id ID!\n}\n",
        "type Book {\n  id: ID!\n}\n",
        (
            "type Book {\n  id: ID!\n  ti<|>\n}\n",
            "type Book {\n  title: Str<|>g!\n}\n",
            "query Book($id: ID!) {\n  book(id: <|>) {\n    id\n  }\n}\n",
        ),
    ),
    Situation(
        "hcl",
        "network.tf",
        'variable "region" {\n  type = [string\n}\n',
        'variable "region" {\n  type = string\n}\noutput "region" {\n  value = var.region\n}\n',
        (
            'resource "aws_vpc" "main" {\n  cidr_block = var.ci<|>\n}\n',
            'variable "region" {\n  type = string\n}\n\nresource "aws_vpc" "main" {<|>\n}\n',
            'resource "aws_vpc" "main" {\n  name = "${<|>}"\n}\n',
        ),
    ),
    Situation(
        "postgres",
        "orchard.sql",
        "SELECT name\nFROM WHERE id = 1;\n",
        "SELECT name\nFROM tree WHERE id = 1;\n",
        ("SELECT name FROM author WHERE na<|>;\n",),
    ),
    Situation(
        "sparql",
        "museum.ru",
        "DELETE WHERE {\n  ?s ?p .\n}\n",
        "DELETE WHERE {\n  ?s ?p ?o .\n}\n",
        ("DELETE WHERE {\n  ?person a ?type .\n  ?pe<|>\n}\n",),
    ),
)


CURSORS = tuple((situation, text) for situation in SITUATIONS for text in situation.cursors)


def name_of(value: object) -> str:
    """How a test names a situation, or a text with a cursor."""
    return value.language if isinstance(value, Situation) else str(value)


def check(situation: Situation, text: str, accepted: Accepted) -> None:
    """What was accepted stands at the cursor; where the model suggested it, it was shown, and parses."""
    before, after = text.split(CURSOR)
    start = before if accepted.documentation is not None else re.sub(r"[?\w]*\Z", "", before)
    assert accepted.text.startswith(start), accepted
    assert accepted.text.endswith(after), accepted
    inserted = accepted.text[len(start) : len(accepted.text) - len(after)]
    assert inserted.strip() != before[len(start) :], accepted
    if accepted.documentation is None:
        return
    assert " ".join(inserted.split()) in " ".join(accepted.documentation.split()), accepted
    judge = load_judge(load_registry().by_id(situation.language))
    assert judge(accepted.text).well_formed, accepted
