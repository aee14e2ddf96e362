"""What a person does in an editor, for each language: a slip and its repair, and places to complete at.

No suggestion of the bundled model is written down here: another model says something else, and the editor
has to put that in the right place just the same.
"""

from __future__ import annotations

from dataclasses import dataclass

from lsp_server.evaluation.judges import load_judge
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


@dataclass(frozen=True)
class Accepted:
    """What an editor's first entry said in its documentation, and the text once it was accepted."""

    documentation: str
    text: str


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
        'variable "region" {\n  type = string\n}\n',
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
    """What was accepted stands at the cursor, the entry showed all of it, and the file still parses."""
    before, after = text.split(CURSOR)
    assert accepted.text.startswith(before), accepted
    assert accepted.text.endswith(after), accepted
    inserted = accepted.text[len(before) : len(accepted.text) - len(after)]
    assert inserted.strip(), accepted
    assert " ".join(inserted.split()) in " ".join(accepted.documentation.split()), accepted
    judge = load_judge(load_registry().by_id(situation.language))
    assert judge(accepted.text).well_formed, accepted
