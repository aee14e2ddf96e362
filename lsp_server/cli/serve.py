"""`holegram serve`: the language server."""

from __future__ import annotations

import gc
import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lsp_server.cli.context import options_of
from lsp_server.cli.options import Model
from lsp_server.errors import UsageError

if TYPE_CHECKING:
    from lsp_server.server.network.port import Port

_SERVICE = "Of a service"


def serve(
    ctx: typer.Context,
    stdio: Annotated[
        bool, typer.Option("--stdio", help="Talk over standard input and output (the default).")
    ] = False,
    tcp: Annotated[
        str | None, typer.Option(metavar="HOST:PORT", help="Listen on a TCP port.", show_default=False)
    ] = None,
    ws: Annotated[
        str | None, typer.Option(metavar="HOST:PORT", help="Listen on a WebSocket port.", show_default=False)
    ] = None,
    model: Model = None,
    adapter: Annotated[
        list[str] | None,
        typer.Option(
            metavar="[ID=]NAME",
            help="The adapter of the model, or of one language; on a port no client can name another.",
            show_default=False,
        ),
    ] = None,
    token_file: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="A file with tokens, one a line, of which a client has to know one.",
            show_default=False,
            rich_help_panel=_SERVICE,
        ),
    ] = None,
    origin: Annotated[
        list[str] | None,
        typer.Option(
            metavar="URL",
            help="The origin of a web page that may connect; may be given several times.",
            show_default="none",
            rich_help_panel=_SERVICE,
        ),
    ] = None,
    tls_cert: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="A certificate (PEM): encrypt what is sent.",
            show_default=False,
            rich_help_panel=_SERVICE,
        ),
    ] = None,
    tls_key: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Its key (PEM).", show_default=False, rich_help_panel=_SERVICE),
    ] = None,
    folder: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="DIR",
            help="A folder here that clients may have read as theirs; may be given several times.",
            show_default="none",
            rich_help_panel=_SERVICE,
        ),
    ] = None,
    clients: Annotated[
        int,
        typer.Option(
            metavar="N", min=1, max=1_000, help="So many may be connected.", rich_help_panel=_SERVICE
        ),
    ] = 64,
    idle_minutes: Annotated[
        int,
        typer.Option(
            metavar="N",
            min=1,
            max=10_080,
            help="Let go of a client that has said nothing for so many minutes.",
            rich_help_panel=_SERVICE,
        ),
    ] = 120,
    ghost_ms: Annotated[
        int,
        typer.Option(
            metavar="MS",
            min=0,
            max=60_000,
            help="Give up ghost text that nobody asked for after so many milliseconds; 0 is no limit.",
            rich_help_panel=_SERVICE,
        ),
    ] = 500,
    processes: Annotated[
        int,
        typer.Option(
            metavar="N",
            min=1,
            max=64,
            help="Serve by so many processes; one for each core serves most people.",
            rich_help_panel=_SERVICE,
        ),
    ] = 1,
    handed: Annotated[
        int | None, typer.Option(hidden=True, help="Number of a process behind another one.")
    ] = None,
    health: Annotated[
        str | None,
        typer.Option(
            metavar="HOST:PORT",
            help="Answer /health and /metrics on this port.",
            show_default=False,
            rich_help_panel=_SERVICE,
        ),
    ] = None,
) -> None:
    """Start the language server: for one editor, or on a port for many at once."""
    if stdio + (tcp is not None) + (ws is not None) > 1:
        raise UsageError("only one of these can be used", remedy="choose --stdio, --tcp or --ws")
    address = None if tcp is None and ws is None else _address(tcp or ws or "")
    health_at = None if health is None else _address(health)

    gc.disable()  # measured: until a first tree the server computes for 0.64 s instead of 0.76 s
    from lsp_server.server import Settings, leave, serve_stdio
    from lsp_server.server.process.memory import share_arena

    share_arena()
    bundles = tuple(path.resolve() for path in options_of(ctx).bundles)
    settings = Settings.model_validate(
        {
            "model": model,
            "adapters": dict(map(_worn, adapter or ())),
            "bundles": bundles,
            "parsers": options_of(ctx).parsers,
        }
    )
    if address is None:
        of_service = (token_file, origin, tls_cert, tls_key, folder, health, processes > 1)
        if any(option for option in of_service):
            raise UsageError("these options are for a port", remedy="give --tcp or --ws with them")
        leave(serve_stdio(settings))
    if origin and ws is None:
        raise UsageError("no web page speaks to a TCP port", remedy="leave out --origin, or give --ws")

    from lsp_server.server.network.port import Port

    folders = tuple(path.resolve() for path in folder or ())
    port = _guarded(
        Port(
            *address,
            web=ws is not None,
            origins=tuple(origin or ()),
            clients=clients,
            idle_s=60.0 * idle_minutes,
        ),
        token_file,
        tls_cert,
        tls_key,
    )
    if handed is None:
        for warning in _warnings(port, health_at):
            print(f"holegram: {warning}", file=sys.stderr)
    if processes > 1 and handed is None:
        from lsp_server.server.network.front import command_of, serve_behind

        leave(serve_behind(port, command_of(sys.argv[1:]), processes, health_at))

    from lsp_server.server.configuration.limits import team
    from lsp_server.server.network.service import serve_handed, serve_many
    from lsp_server.server.shared import Shared

    shared = Shared(settings, team(ghost_ms, processes), folders)
    if handed is not None:
        share = -(-clients // processes)
        leave(serve_handed(replace(port, clients=share), shared, handed))
    leave(serve_many(port, shared, health_at))


def _worn(told: str) -> tuple[str, str]:
    """Where an adapter is worn, and its name, which has to be that of one that is installed."""
    from lsp_server.models.adapters import read_card

    language, _, name = told.rpartition("=")
    read_card(name)
    return language or "*", name


def _guarded(port: Port, token_file: Path | None, certificate: Path | None, key: Path | None) -> Port:
    """A port with its tokens and its certificate.

    Raises:
        UsageError: others could use it who should not, or a file cannot be used.

    """
    from lsp_server.server.network.admission import NONE, is_local, read_tokens, tls_of

    local = is_local(port.host)
    if token_file is None and port.web:
        raise UsageError("a web page can reach a WebSocket port", remedy="give --token-file FILE")
    if token_file is None and not local:
        raise UsageError(f"others can reach {port.host}", remedy="give --token-file FILE")
    tls = tls_of(certificate, key)
    return replace(port, tls=tls, tokens=NONE if token_file is None else read_tokens(token_file))


def _warnings(port: Port, health_at: tuple[str, int] | None) -> Iterator[str]:
    """What others in the network can see, in lines.

    Raises:
        UsageError: there is no such address.

    """
    from lsp_server.server.network.admission import is_local

    if port.tls is None and not is_local(port.host):
        what = "tokens and texts are sent as they are, for all in the network to read"
        yield f"{what} (give --tls-cert, or put a proxy in front)"
    if health_at is not None and not is_local(health_at[0]):
        what = f"others can read /health and /metrics on {health_at[0]} without a token"
        yield f"{what} (give --health 127.0.0.1:{health_at[1]}, or close the port to them)"


def _address(argument: str) -> tuple[str, int]:
    found = re.fullmatch(r"\[?([^\[\]]+)\]?:([0-9]{1,5})", argument)
    if found is None or int(found[2]) > 65_535:
        raise UsageError(f"'{argument}' is not an address", remedy="write HOST:PORT")
    return found[1], int(found[2])
