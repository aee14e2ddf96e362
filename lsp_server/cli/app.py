"""Joins the commands, and turns every error into one line; knows what no command does."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer

from lsp_server.cancellation import StoppedError
from lsp_server.cli import (
    adapters,
    catalogue,
    check,
    complete,
    doctor,
    editor,
    grammar,
    languages,
    mcp,
    new,
    playground,
    retrieve,
    serve,
    settings,
    watch,
    write,
)
from lsp_server.cli.context import Options
from lsp_server.cli.lab import bench, evaluate, train, tune
from lsp_server.errors import HolegramError

FOUND, MISUSED, BROKEN = 1, 2, 70
"""Exit codes: a command found errors in files, it was called wrongly, it failed by a fault of its own."""


_COMMANDS: Mapping[str, Callable[..., object] | typer.Typer] = {
    "serve": serve.serve,
    "check": check.check,
    "complete": complete.complete,
    "retrieve": retrieve.retrieve,
    "write": write.write,
    "mcp": mcp.mcp,
    "languages": languages.languages,
    "editor": editor.editor,
    "settings": settings.settings,
    "watch": watch.watch,
    "new": new.new,
    "playground": playground.playground,
    "doctor": doctor.doctor,
    "tune": tune.tune,
    "synth": tune.synth,
    "grammar": grammar.app,
    "catalogue": catalogue.app,
    "eval": evaluate.app,
    "bench": bench.app,
    "train": train.app,
    "adapters": adapters.app,
}


def _version(wanted: bool) -> None:
    if wanted:
        from lsp_server import __version__

        typer.echo(f"holegram {__version__}")
        raise typer.Exit


def _holegram(
    ctx: typer.Context,
    bundles: Annotated[
        list[Path] | None,
        typer.Option(
            "--bundles",
            metavar="DIR",
            help="A folder with languages of your own (bundles); may be given several times.",
        ),
    ] = None,
    parsers: Annotated[
        list[str] | None,
        typer.Option(
            "--parser",
            metavar="MODULE",
            help="A tree-sitter parser (native code) that bundles of your own may load; may be given several "
            "times.",
        ),
    ] = None,
    judges: Annotated[
        list[str] | None,
        typer.Option(
            "--judge",
            metavar="MODULE.FUNCTION",
            help="A judge of texts (code) that bundles of your own may run, with limits; may be given "
            "several times.",
        ),
    ] = None,
    _: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Diagnostics, and completions that always parse, for any language that has a bundle."""
    ctx.obj = Options(tuple(bundles or ()), tuple(parsers or ()), tuple(judges or ()))
    if ctx.invoked_subcommand is None:
        typer.echo(ctx.get_help())
        raise typer.Exit(MISUSED)


def _app_of(names: Iterable[str]) -> typer.Typer:
    made = typer.Typer(
        name="holegram",
        add_completion=False,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    made.callback(invoke_without_command=True)(_holegram)
    for name in names:
        command = _COMMANDS[name]
        if isinstance(command, typer.Typer):
            made.add_typer(command, name=name)
        else:
            made.command(name)(command)
    return made


app = _app_of(_COMMANDS)


def _meant(args: Sequence[str]) -> Sequence[str]:
    """The command that is called, where it stands first but for options of all commands; else all there are.

    To make all of them takes longer than most of what a server does until it answers.
    """
    while args and args[0] in ("--bundles", "--parser", "--judge"):
        args = args[2:]
    return args[:1] if args and args[0] in _COMMANDS else tuple(_COMMANDS)


def main(args: Sequence[str] | None = None) -> None:
    """Run the command with the given arguments, or the process's own, and exit with its code.

    Raises:
        SystemExit: always; 0 done, 1 errors were found in files, 2 wrong use or input, 70 a fault of ours.

    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    code = _run(args)
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        _close_stdout()
    sys.exit(code)


def _run(args: Sequence[str] | None) -> int:
    command = typer.main.get_command(_app_of(_meant(sys.argv[1:] if args is None else list(args))))
    try:
        code = command.main(args=args, prog_name="holegram", standalone_mode=False)
    except HolegramError as error:
        return _complain(str(error), MISUSED)
    except BrokenPipeError:
        _close_stdout()
        return FOUND
    except (KeyboardInterrupt, typer.Abort):
        return 130
    except StoppedError:
        return _complain("this takes too long (make the text shorter)", MISUSED)
    except Exception as error:
        if (format_message := getattr(error, "format_message", None)) is not None:
            return _complain(format_message(), MISUSED)
        if os.environ.get("HOLEGRAM_TRACEBACK"):
            raise
        return _complain(
            f"internal error: {type(error).__name__}: {error} (set HOLEGRAM_TRACEBACK=1 to see where)", BROKEN
        )
    return code if isinstance(code, int) else 0


def _complain(message: str, code: int) -> int:
    print("holegram:", " ".join(message.split()), file=sys.stderr)
    return code


def _close_stdout() -> None:
    """Whoever read our output is gone: the interpreter's last flush must not complain of that."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
