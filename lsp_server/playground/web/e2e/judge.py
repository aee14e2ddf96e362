"""Lark says whether a text is valid by a grammar, both read as JSON; nothing of Holegram has a say."""

import json
import sys

from lark import Lark
from lark.exceptions import LarkError


def verdicts(grammar: str, texts: list[str]) -> list[str | None]:
    """What is wrong with each text; None where nothing is."""
    parser = Lark(grammar, parser="lalr")
    found: list[str | None] = []
    for text in texts:
        try:
            parser.parse(text)
            found.append(None)
        except LarkError as error:
            found.append(str(error).splitlines()[0])
    return found


given = json.loads(sys.stdin.read())
print(json.dumps(verdicts(given["grammar"], given["texts"])))
