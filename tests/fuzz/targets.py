"""What bytes are given to, and what must come of it: an answer, or an error that is told in one line.

A target raises where something else comes of them. It shares no state between two calls but caches.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path

import graphql
import pglast
from pglast.parser import ParseError

from lsp_server.errors import HolegramError
from lsp_server.features.completion import Completion, CompletionRequest, complete
from lsp_server.features.diagnosis import diagnosis
from lsp_server.features.folding import folds
from lsp_server.features.highlighting import highlight
from lsp_server.features.outline import outline
from lsp_server.features.selection import selections
from lsp_server.lalr.loading import make_grammar
from lsp_server.languages import Language, bare_language, load_bundle, load_registry
from lsp_server.languages.catalogue import parse_catalogue
from lsp_server.models.scripted import ScriptedModel
from lsp_server.server.client.frames import Frames
from lsp_server.syntax import Landmarks, parse
from tests.constraint.texts import OWN, examples


@cache
def languages() -> tuple[Language, ...]:
    """Those of the product, and two of somebody's own."""
    return tuple(load_registry(OWN).languages)


@cache
def _model(language: Language) -> ScriptedModel:
    return ScriptedModel(examples(language))


def program(data: bytes) -> None:
    """A language, a cursor and a text: what an editor asks of it, or a suggestion.

    A suggestion in a text that another parser accepts leaves it one.
    """
    number, language_number = divmod(_byte(data, 0), len(languages()))
    language, text = languages()[language_number], _text(data[2:])
    tree, offset = parse(language, text), len(text) * _byte(data, 1) // 255
    match number % 3:
        case 0:
            told = diagnosis(text, lambda: tree)
            if told.failure is not None:
                raise told.failure
        case 1:
            list(highlight(tree))
            outline(tree)
            folds(tree)
            selections(tree, offset)
        case _:
            request = CompletionRequest(text, offset, language, Landmarks(tree), max_tokens=12)
            _judge(language, text, complete(request, _model(language), lambda: False))


def _judge(language: Language, text: str, made: Completion) -> None:
    accepts = JUDGES.get(language.id)
    if made.items and accepts is not None and accepts(text):
        for item in made.items:
            assert accepts(text[: item.start] + item.text + text[item.end :]), (text, item)


def grammar(data: bytes) -> None:
    """A grammar, and a text behind a NUL that it is to read."""
    notation, _, text = _text(data).partition("\0")
    with suppress(HolegramError):
        language = bare_language(notation, Path("fuzz"))
        make_grammar(language)
        tree = parse(language, text)
        told = diagnosis(text, lambda: tree)
        if told.failure is not None:
            raise told.failure


def bundle(data: bytes) -> None:
    """A manifest, and behind each NUL one of the other files that a bundle may have."""
    texts = data.split(b"\0")
    with tempfile.TemporaryDirectory() as folder, suppress(HolegramError):
        for name, text in zip(_FILES, texts, strict=False):
            path = Path(folder) / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(text)
        language = load_bundle(Path(folder))
        tree = parse(language, "a = 1\n")
        list(highlight(tree))
        outline(tree)
        folds(tree)


_FILES = (
    *("language.toml", "grammar.lark", "queries/highlights.scm", "queries/outline.scm", "queries/locals.scm"),
    *("queries/once.scm", "queries/folds.scm", "builtins.toml", "snippets.toml"),
)


def catalogue(data: bytes) -> None:
    """A file that tells of names."""
    with suppress(HolegramError):
        parse_catalogue(data, Path("fuzz.json"))


def messages(data: bytes) -> None:
    """What comes over a connection, whole and in two pieces: the same messages come of it."""
    cut = len(data) * _byte(data, 0) // 255
    assert list(_framed(data)) == list(_framed(data[:cut], data[cut:]))


def _framed(*pieces: bytes) -> Iterator[object]:
    frames = Frames(100_000)
    for piece in pieces:
        yield from frames.feed(piece)


TARGETS: dict[str, Callable[[bytes], None]] = {
    made.__name__: made for made in (program, grammar, bundle, catalogue, messages)
}


def seeds(target: str) -> Iterator[bytes]:
    """Bytes to begin with, of which something comes."""
    for number, language in enumerate(languages()):
        folder = language.directory
        match target:
            case "program":
                for text in examples(language):
                    for start in range(0, len(text), 600):
                        lines = text[start : start + 700].partition("\n")[2]
                        kind = start // 600 % 3 * len(languages())
                        yield bytes((number + kind, 128)) + lines.encode()
            case "grammar" if len(language.grammar) < 4_000:
                yield f"{language.grammar}\0{examples(language)[0][:500]}".encode()
            case "bundle" if len(language.grammar) < 4_000:
                paths = (folder / name for name in _FILES)
                yield b"\0".join(path.read_bytes() if path.is_file() else b"" for path in paths)
    if target == "grammar":
        yield b'start: a+\na: NAME "=" (N | "[" a* "]") ";"\nNAME: /[a-z]+/\nN: /\\d+/\n%ignore " "\n\0a=1;'
    if target == "catalogue":
        symbol = b'{"name": "a", "kind": "b", "members": []}'
        yield b'{"holegram-catalogue": 1, "language": "hcl", "symbols": [%s]}' % symbol
    if target == "messages":
        yield b'Content-Length: 17\r\n\r\n{"jsonrpc":"2.0"}Content-Length: 2\r\n\r\n{}'


def _graphql(text: str) -> bool:
    try:
        graphql.parse(text)
    except (graphql.GraphQLError, RecursionError):
        return False
    return True


def _postgres(text: str) -> bool:
    try:
        pglast.parse_sql(text)
    except (ParseError, ValueError):
        return False
    return True


JUDGES: dict[str, Callable[[str], bool]] = {"graphql": _graphql, "postgres": _postgres}


def _byte(data: bytes, at: int) -> int:
    return data[at] if at < len(data) else 0


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")
