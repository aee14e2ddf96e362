"""`textDocument/semanticTokens`: the tokens of a document, of some of its lines, and what has changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TypeVar

from lsprotocol import types

from lsp_server.features.highlighting import Stretch, highlight
from lsp_server.server.convert import offset_of
from lsp_server.server.convert.tokens import LEGEND
from lsp_server.server.handlers.handler import Handler
from lsp_server.server.language_server import HolegramServer
from lsp_server.syntax import SyntaxTree
from lsp_server.text import Span

_T = TypeVar("_T")


async def full(server: HolegramServer, params: types.SemanticTokensParams) -> types.SemanticTokens | None:
    """All tokens of a document; null if its language is unknown."""
    return await _all(server, params.text_document.uri, server.tokens.full)


async def delta(
    server: HolegramServer, params: types.SemanticTokensDeltaParams
) -> types.SemanticTokens | types.SemanticTokensDelta | None:
    """What has changed since the answer that the client names; all tokens if that was not the last one."""
    encode = partial(server.tokens.delta, params.previous_result_id)
    return await _all(server, params.text_document.uri, encode)


async def _all(
    server: HolegramServer, uri: str, encode: Callable[[str, str, Iterator[Stretch]], _T]
) -> _T | None:
    document = server.session.get(uri)
    if document is None:
        return None

    def work(rest: Callable[[], None]) -> _T | None:
        tree = document.tree()
        return None if tree is None else encode(uri, str(document.revision), _stretches(tree, rest))

    return await server.look_through(document, work)


def _stretches(tree: SyntaxTree, rest: Callable[[], None]) -> Iterator[Stretch]:
    for _, stretch in highlight(tree):
        rest()
        yield stretch


async def some(
    server: HolegramServer, params: types.SemanticTokensRangeParams
) -> types.SemanticTokens | None:
    """The tokens of some lines; null if the language is unknown."""
    document, encoder = server.session.get(params.text_document.uri), server.tokens
    if document is None:
        return None

    def work() -> types.SemanticTokens | None:
        tree = document.tree()
        if tree is None:
            return None
        ends = (params.range.start, params.range.end)
        span = Span(*sorted(offset_of(tree.lines, end, server.client.encoding) for end in ends))
        found = list(highlight(tree, span))
        first, last = (tree.lines.line_of(offset) for offset in (span.start, span.end))
        return encoder.part(tree.lines.line_of(found[0][0]), (s for _, s in found), first, last)

    return await server.answers.run(document.snapshot.uri, work)


_OPTIONS = types.SemanticTokensRegistrationOptions(
    legend=LEGEND, full=types.SemanticTokensFullDelta(delta=True), range=True
)

HANDLERS = (
    Handler(types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL, full, options=_OPTIONS),
    Handler(types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL_DELTA, delta, options=_OPTIONS),
    Handler(types.TEXT_DOCUMENT_SEMANTIC_TOKENS_RANGE, some, options=_OPTIONS),
)
