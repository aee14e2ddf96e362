"""`textDocument/signatureHelp`: how what is called at a cursor is called."""

from __future__ import annotations

from lsprotocol import types

from lsp_server.lazy_imports import TURN
from lsp_server.server.convert.items import markup_of
from lsp_server.server.handlers.handler import Handler, cursor_in
from lsp_server.server.language_server import HolegramServer
from lsp_server.server.workspace.query import WorkspaceView

_INFORMATION = "text_document.signature_help.signature_information"


async def handle(server: HolegramServer, params: types.SignatureHelpParams) -> types.SignatureHelp | None:
    """All signatures of the innermost call around the cursor; null where nothing is called that is known."""
    uri = params.text_document.uri
    document = server.session.get(uri)
    offset = None if document is None else cursor_in(server, document, params.position)
    if document is None or offset is None:
        return None
    markdown = server.client.markdown(f"{_INFORMATION}.documentation_format")
    offsets = server.client.capability(f"{_INFORMATION}.parameter_information.label_offset_support")

    def question(view: WorkspaceView) -> types.SignatureHelp | None:
        # Imported here because it brings the grammar's rooms, which a quick start does without.
        with TURN:
            from lsp_server.features.signatures import signatures

        prefix, landmarks = document.prefix(), document.landmarks()
        if prefix is None or landmarks is None:
            return None
        found = signatures(prefix, landmarks, offset, (view.resolver, uri), view.text)
        if not found:
            return None

        def label(whole: str, start: int, end: int) -> str | tuple[int, int]:
            return (_units(whole[:start]), _units(whole[:end])) if offsets else whole[start:end]

        made = [
            types.SignatureInformation(
                one.label,
                documentation=markup_of(one.about, markdown=markdown) if one.about else None,
                parameters=[
                    types.ParameterInformation(label(one.label, span.start, span.end))
                    for span in one.parameters
                ],
            )
            for one in found
        ]
        chosen = next((number for number, one in enumerate(found) if one.active is not None), 0)
        return types.SignatureHelp(made, chosen, found[chosen].active)

    return await server.query.ask(uri, question, beyond=False)


def _units(text: str) -> int:
    """The length of a text as labels count it, in UTF-16 whatever positions count in."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


HANDLER = Handler(
    types.TEXT_DOCUMENT_SIGNATURE_HELP,
    handle,
    options=types.SignatureHelpOptions(trigger_characters=["(", ","], retrigger_characters=[","]),
)
