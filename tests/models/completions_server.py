"""A server that answers as vLLM does, and as badly as a test tells it to."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Script:
    """What the server does: the text that it writes, token by token, and what goes wrong.

    `statuses` are those of the first answers. After `cut_after` tokens the connection is closed, or what
    is no JSON is sent if `garbled`. Each token takes `delay` seconds. It tells a `window` of the model, in
    tokens, if it has one; if it is `mute`, it takes connections and tells nothing of itself.
    """

    text: str = ""
    statuses: list[int] = field(default_factory=list)
    cut_after: int | None = None
    garbled: bool = False
    delay: float = 0.0
    window: int | None = None
    mute: bool = False
    models: tuple[str, ...] = ("tiny", "tiny-adapter")
    bodies: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    written: int = 0
    closed: threading.Event = field(default_factory=threading.Event)


@contextmanager
def serving(script: Script) -> Iterator[str]:
    """Run the server; gives its URL."""

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            pass

        def do_GET(self) -> None:
            if script.mute:
                script.closed.wait()
                return
            self._json({"data": [{"id": name, "max_model_len": script.window} for name in script.models]})

        def do_POST(self) -> None:
            try:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            except ValueError:  # who asked has gone
                return
            if self.path == "/tokenize":
                self._json({"count": 2})
                return
            script.bodies.append(body)
            script.headers.append({name.title(): value for name, value in self.headers.items()})
            status = script.statuses.pop(0) if script.statuses else 200
            if status != 200:
                self.send_response(status)
                self.end_headers()
                return
            self.send_response(200)
            self.send_header("content-type", "text/event-stream")
            self.end_headers()
            try:
                self._write()
            except OSError:
                script.closed.set()

        def _write(self) -> None:
            for count, letter in enumerate(script.text):
                if script.cut_after is not None and count >= script.cut_after:
                    if script.garbled:
                        self.wfile.write(b"data: {'no': json\n\n")
                    return
                time.sleep(script.delay)
                choice = {"text": letter, "logprobs": {"tokens": [letter], "token_logprobs": [-0.01]}}
                self.wfile.write(f"data: {json.dumps({'choices': [choice]})}\n\n".encode())
                self.wfile.flush()
                script.written += 1
            end = {"choices": [{"text": "", "finish_reason": "stop"}]}
            self.wfile.write(f"data: {json.dumps(end)}\n\ndata: [DONE]\n\n".encode())

        def _json(self, content: object) -> None:
            data = json.dumps(content).encode()
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
