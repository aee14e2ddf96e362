"""Lark says whether a text is valid by a grammar, both read as JSON; nothing of Holegram has a say."""

import json
import sys

from lark import Lark
from lark.exceptions import LarkError
from lark.indenter import Indenter


class Blocks(Indenter):
    NL_type = "_NEWLINE"
    OPEN_PAREN_types = ["LPAR", "LSQB", "LBRACE"]
    CLOSE_PAREN_types = ["RPAR", "RSQB", "RBRACE"]
    INDENT_type = "_INDENT"
    DEDENT_type = "_DEDENT"
    tab_len = 8


def verdicts(grammar: str, texts: list[str]) -> list[str | None]:
    blocks = Blocks() if "%declare" in grammar else None
    parser = Lark(grammar, parser="lalr", postlex=blocks)
    found: list[str | None] = []
    for text in texts:
        try:
            parser.parse(text)
            found.append(None)
        except LarkError as error:
            found.append(str(error).splitlines()[0])
    return found


given = json.load(sys.stdin)
json.dump(verdicts(given["grammar"], given["texts"]), sys.stdout)
