"""What a broken editor might send: methods that are none, parameters of wrong types, no messages at all."""

from __future__ import annotations

from random import Random
from typing import Any

from lsp_server.server.configuration.settings import Settings

VALUES: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    1.5,
    2**31,
    2**70,
    "",
    "x",
    [],
    {},
    [{}],
    {"uri": None},
    {"line": "1"},
    "file:///\0",
)

NOTIFICATIONS = (
    "textDocument/didOpen",
    "textDocument/didSave",
    "textDocument/didClose",
    "textDocument/willSave",
    "workspace/didChangeWatchedFiles",
    "workspace/didChangeWorkspaceFolders",
    "notebookDocument/didOpen",
    "$/cancelRequest",
    "$/setTrace",
    "$/nothing",
    "nothing/known",
)

BODIES = (
    b"",
    b"{",
    b"nothing",
    b"[]",
    b"3",
    b"null",
    b'"x"',
    b"{}",
    b"\xff\xfe",
    b'{"jsonrpc": "1.0", "method": "x"}',
    b'{"jsonrpc": "2.0"}',
    b'{"jsonrpc": "2.0", "id": 99999999, "result": null}',
    b'{"jsonrpc": "2.0", "id": null, "error": {"code": 1, "message": "x"}}',
    b'{"jsonrpc": "2.0", "method": 3}',
    b'{"jsonrpc": "2.0", "id": [], "method": "textDocument/hover"}',
    b"[" * 20_000,
)
"""What is no message, and wants no answer."""


def spoilt(value: Any, random: Random) -> Any:
    """A value with something in it replaced by something else, or gone."""
    if isinstance(value, dict) and value and random.random() < 0.85:
        key = random.choice(sorted(value))
        if random.random() < 0.2:
            return {name: item for name, item in value.items() if name != key}
        return {**value, key: spoilt(value[key], random)}
    return random.choice(VALUES)


def notification(random: Random) -> tuple[str, Any]:
    """A notification that means nothing, and is of none of the documents that are open."""
    params: Any = {"textDocument": {"uri": "file:///unknown", "languageId": "x", "version": 1, "text": "a"}}
    method = random.choice(NOTIFICATIONS)
    if method == "$/cancelRequest":
        params = {"id": random.choice((0, -1, "x", None, 2**40))}
    elif method == "$/setTrace":
        params = {"value": random.choice(("off", "messages", "verbose", "loud", 3))}
    elif random.random() < 0.7:
        params = spoilt(params, random)
    return method, params


_SETTINGS: tuple[Any, ...] = (
    {"holegram": {"diagnostics": "onSave"}},
    {"holegram": {"diagnostics": "onChange", "debounceMs": 0}},
    {"holegram": {"completion": {"enabled": False}}},
    {"holegram": {"completion": {"enabled": True}}},
    {"holegram": {"maxTokens": 8}},
    {"holegram": {"maxTokens": -1, "unknown": [], "bundles": ["/"], "model": "x"}},
    {"holegram": None},
    {},
    None,
    3,
    [],
)


def settings(random: Random) -> Any:
    """What an editor says of the settings: some of use, some of none, and some that no setting can be."""
    if random.random() < 0.5:
        return random.choice(_SETTINGS)
    whole = Settings().model_dump(mode="json", by_alias=True)
    return {"holegram": spoilt(whole, random)}
