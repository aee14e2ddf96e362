"""Servers that are forked from a process that has imported and read what they do: a start in milliseconds.

Run as a program it is that process, `forking.py SOCKET`. `RELAY` is what a client starts instead of a server:
it hands its streams, arguments and environment over, passes signals on, and ends as the server does.
"""

from __future__ import annotations

import gc
import json
import os
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NoReturn

RELAY = (sys.executable, "-I", "-S", str(Path(__file__).with_name("relay.py")))
_MOST = 1 << 20
"""Bytes of arguments and environment."""


@contextmanager
def forking() -> Iterator[tuple[str, ...]]:
    """A process that forks servers; gives the command that is a server."""
    with tempfile.TemporaryDirectory(prefix="holegram-fork-") as folder:
        place = Path(folder) / "socket"
        variables = {**os.environ, "OMP_NUM_THREADS": "1"}
        ready, tell = os.pipe()
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.server.forking", str(place), str(tell)],
            env=variables,
            pass_fds=[tell],
            stdin=subprocess.DEVNULL,
        )
        os.close(tell)
        try:
            with os.fdopen(ready, "rb") as told:
                assert told.read(1), "the process that forks servers did not start"
            yield (*RELAY, str(place))
        finally:
            process.terminate()
            process.wait()


def serve(place: str, tell: int) -> NoReturn:
    """Fork a server for each one that connects, until it is terminated."""
    _prepare()
    gc.freeze()
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(place)
    listening.listen(64)
    wake, woken = socket.socketpair()
    for one in (wake, woken):
        one.setblocking(False)
    signal.signal(signal.SIGCHLD, lambda number, frame: None)
    signal.set_wakeup_fd(woken.fileno())
    waiting: dict[int, socket.socket] = {}
    with selectors.DefaultSelector() as selector:
        selector.register(listening, selectors.EVENT_READ)
        selector.register(wake, selectors.EVENT_READ)
        os.write(tell, b"!")
        os.close(tell)
        while True:
            for key, _ in selector.select():
                if key.fileobj is wake:
                    with suppress(BlockingIOError):
                        wake.recv(4096)
                    _bury(waiting)
                    continue
                asked, _ = listening.accept()
                data, streams, _, _ = socket.recv_fds(asked, _MOST, 3)
                if not data:
                    asked.close()
                    continue
                child = os.fork()
                if not child:
                    _be_server(json.loads(data), streams)
                for stream in streams:
                    os.close(stream)
                asked.sendall(f"{child}\n".encode())
                waiting[child] = asked


def _prepare() -> None:
    """Import and read what a server does until it has answered."""
    import torch  # noqa: F401
    from lsprotocol import types

    import lsp_server.cli.serve
    import lsp_server.features.diagnosis
    import lsp_server.features.lists.expecting
    import lsp_server.features.lists.gathering
    import lsp_server.features.preparing
    import lsp_server.models.cached
    import lsp_server.models.llama
    import lsp_server.server.app  # noqa: F401
    from lsp_server.features.completion import CompletionRequest, complete
    from lsp_server.features.preparing import learn
    from lsp_server.languages import load_registry
    from lsp_server.models.scripted import ScriptedModel
    from lsp_server.server.client.protocol import CONVERTER
    from lsp_server.syntax import Landmarks, parse

    CONVERTER.get_structure_hook(types.InitializeParams)
    CONVERTER.get_unstructure_hook(types.InitializeResponse)
    for language in load_registry().languages:
        learn(language)
        request = CompletionRequest("", 0, language, Landmarks(parse(language, "")), max_tokens=1)
        complete(request, ScriptedModel({}), lambda: False)


def _bury(waiting: dict[int, socket.socket]) -> None:
    with suppress(ChildProcessError):
        while (found := os.waitpid(-1, os.WNOHANG))[0]:
            asked = waiting.pop(found[0])
            with suppress(OSError):
                asked.sendall(f"{os.waitstatus_to_exitcode(found[1])}\n".encode())
            asked.close()


def _be_server(told: dict[str, object], streams: Sequence[int]) -> NoReturn:
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    sys.stdin = open(0, closefd=False)  # noqa: SIM115 - what was opened before belongs to other streams
    sys.stdout, sys.stderr = (open(number, "w", closefd=False) for number in (1, 2))  # noqa: SIM115
    code = 70
    try:
        environment, arguments = told["environment"], told["arguments"]
        assert isinstance(environment, dict)
        assert isinstance(arguments, list)
        os.environ.clear()
        os.environ.update(environment)
        os.chdir(str(told["folder"]))
        sys.path += [one for one in environment.get("PYTHONPATH", "").split(os.pathsep) if one]
        sys.argv = ["holegram", *arguments]
        from lsp_server.cli import main

        main()
        code = 0
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 0 if ended.code is None else 1
    except BaseException:
        traceback.print_exc()
    with suppress(Exception):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    serve(sys.argv[1], int(sys.argv[2]))
