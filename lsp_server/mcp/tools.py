"""What an agent may ask, one method each: plain data in, plain data out, an error as one line.

Places are counted from 1, columns in characters. Nothing is written into files.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lsp_server.cache import cached_property
from lsp_server.languages import Language, Registry
from lsp_server.mcp.places import MARK, AgentText, marked, text_of
from lsp_server.text import LineIndex, Span

if TYPE_CHECKING:
    from lsp_server.constraint import Prefix
    from lsp_server.decoding import Model
    from lsp_server.features.project import Project
    from lsp_server.syntax import Landmarks

_MOST_NAMES = 200
_MOST_CANDIDATES = 5


@dataclass(frozen=True)
class Tools:
    """The tools of one agent.

    Args:
        root: the folder whose files it may name.
        registry: the known languages.
        load: gives the model, when it is first needed.
        examples: folders with docs and examples.

    """

    root: Path
    registry: Registry
    load: Callable[[], Model] = field(repr=False)
    examples: tuple[Path, ...] = ()

    @cached_property
    def _model(self) -> Model:
        return self.load()

    def check(
        self, path: str | None = None, text: str | None = None, language: str | None = None
    ) -> dict[str, Any]:
        """The syntax errors of a text, each with its place and what was expected there."""
        from lsp_server.features.diagnosis import diagnosis_alone

        given = text_of(self.root, self.registry, path, text, language)
        lines = LineIndex(given.text)
        made = diagnosis_alone(given.language, given.text)
        errors = [
            {**_place(lines, one.span), "message": one.message, "code": one.code, "severity": one.severity}
            for one in made.found
        ]
        return {"valid": not errors and made.incomplete is None, "errors": errors}

    def expected(
        self,
        line: int | None = None,
        column: int | None = None,
        path: str | None = None,
        text: str | None = None,
        language: str | None = None,
    ) -> dict[str, Any]:
        """What may stand at a place by the grammar; with an error before it, what was expected there."""
        from lsp_server.features.explaining import expected_at

        given, offset = self._at(path, text, language, line, column)
        prefix, landmarks = _read(given)
        found = expected_at(prefix, landmarks, offset)
        lines = LineIndex(given.text)
        wrong = None if found.error is None else _place(lines, Span(found.error, found.error))
        return {"expected": list(found.names), "error_at": wrong}

    def complete(
        self,
        line: int | None = None,
        column: int | None = None,
        path: str | None = None,
        text: str | None = None,
        language: str | None = None,
        candidates: int = 1,
    ) -> dict[str, Any]:
        """Texts to insert at a place; each parses there, and refers to names that exist."""
        from lsp_server.features.completion import CompletionRequest, complete
        from lsp_server.features.extent import opens_block
        from lsp_server.retrieval import Question, look_up

        given, offset = self._at(path, text, language, line, column)
        prefix, landmarks = _read(given)
        project = self._project(given.language)
        request = CompletionRequest(
            given.text,
            offset,
            given.language,
            landmarks,
            prefix,
            candidates=max(1, min(candidates, _MOST_CANDIDATES)),
            multiline=opens_block(given.language, prefix, landmarks, offset),
            names=project.names_for(given.path, given.text, offset),
            looked_up=look_up(Question(given.language, given.text, offset), project.store, str(given.path)),
        )
        made = complete(request, self._model, lambda: False)
        return {"items": [one.text for one in made.items], "reason": made.reason}

    def hole_grammar(
        self,
        line: int | None = None,
        column: int | None = None,
        path: str | None = None,
        text: str | None = None,
        language: str | None = None,
    ) -> dict[str, Any]:
        """The grammar, in Lark's notation, of exactly the texts that fit at a place.

        Where a name has to come first that is declared somewhere, the grammar has those that are.
        """
        from lsp_server.features.completion import hole_of
        from lsp_server.features.placing import NoPlace

        given, offset = self._at(path, text, language, line, column)
        prefix, landmarks = _read(given)
        names = self._project(given.language).names_for(given.path, given.text, offset)
        hole = hole_of(landmarks, prefix, offset, names)
        return {"reason": hole.reason} if isinstance(hole, NoPlace) else {"grammar": hole}

    def write(
        self,
        instruction: str,
        language: str | None = None,
        path: str | None = None,
        line: int | None = None,
        column: int | None = None,
        text: str | None = None,
        candidates: int = 1,
    ) -> dict[str, Any]:
        """Code that does what an instruction says; it always parses, and is complete."""
        from lsp_server.features.writing import WriteRequest, write
        from lsp_server.retrieval import Question, look_up

        if path is None and text is None:
            text = MARK
        given, offset = self._at(path, text, language, line, column)
        project = self._project(given.language)
        question = Question(given.language, instruction=instruction)
        request = WriteRequest(
            instruction,
            given.language,
            given.text,
            Span(offset, offset),
            candidates=max(1, min(candidates, _MOST_CANDIDATES)),
            names=project.names_for(given.path, given.text, offset),
            looked_up=look_up(question, project.store, str(given.path)),
        )
        written = write(request, self._model)
        return {"items": [one.text for one in written.items], "reason": written.reason}

    def names(self, language: str, begins: str = "") -> dict[str, Any]:
        """The names that the files of the folder define in a language, with kind and place."""
        from lsp_server.features.project import defined_names

        known = self.registry.by_id(language)
        found = [
            {
                "name": name.name,
                "kind": name.kind,
                "path": path.relative_to(self.root).as_posix(),
                **_place(lines, span),
            }
            for path, lines, name, span in defined_names(self._project(known))
            if name.name.casefold().startswith(begins.casefold())
        ]
        return {"names": found[:_MOST_NAMES], "left_out": max(0, len(found) - _MOST_NAMES)}

    def _project(self, language: Language) -> Project:
        from lsp_server.features.project import Project

        return Project(language, self.root, self.examples)

    def _at(
        self, path: str | None, text: str | None, language: str | None, line: int | None, column: int | None
    ) -> tuple[AgentText, int]:
        """The text that is meant, and the offset in it: by line and column, or where `<|>` marks it."""
        offset = None
        if text is not None and line is None:
            text, offset = marked(text)
        given = text_of(self.root, self.registry, path, text, language)
        return given, given.offset(line or 1, column or 1) if offset is None else offset


def _read(given: AgentText) -> tuple[Prefix, Landmarks]:
    from lsp_server.constraint import Prefix, load_grammar
    from lsp_server.syntax import Landmarks, parse

    return Prefix(load_grammar(given.language), given.text), Landmarks(parse(given.language, given.text))


def _place(lines: LineIndex, span: Span) -> dict[str, int]:
    (line, column), (end_line, end_column) = lines.position(span.start), lines.position(span.end)
    return {"line": line + 1, "column": column + 1, "end_line": end_line + 1, "end_column": end_column + 1}
