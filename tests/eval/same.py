"""What makes two texts equal that mean the same, by parsers that have nothing to do with the product.

For `holegram eval write LANG --same tests.eval.same:LANG`.
"""

from __future__ import annotations


def graphql(text: str) -> str:
    """As graphql-core prints it."""
    from graphql import parse, print_ast

    return print_ast(parse(text))


def postgres(text: str) -> str:
    """PostgreSQL's own fingerprint: constants do not count."""
    import pglast.parser

    return str(pglast.parser.fingerprint(text))


def sparql(text: str) -> str:
    """The algebra, as rdflib writes it: names of variables count."""
    from rdflib.plugins.sparql import prepareQuery

    return str(prepareQuery(text).algebra)


def hcl(text: str) -> object:
    """The values, as pygohcl reads them."""
    import pygohcl

    return pygohcl.loads(text)
