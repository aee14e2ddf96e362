"""A server that runs in another process (see `forking`): `relay.py SOCKET ARGUMENTS...`. Imports little."""

import json
import os
import signal
import socket
import sys


def main() -> None:
    """Hand over what this process was given; end as the server ends."""
    asked = socket.socket(socket.AF_UNIX)
    asked.connect(sys.argv[1])
    told = {"arguments": sys.argv[2:], "environment": dict(os.environ), "folder": os.getcwd()}
    socket.send_fds(asked, [json.dumps(told).encode()], [0, 1, 2])
    for stream in (0, 1):
        os.close(stream)
    answers = asked.makefile("r", encoding="ascii")
    server = int(answers.readline())
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda caught, frame: os.kill(server, caught))
    code = int(answers.readline() or 70)
    if code < 0:
        signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    sys.exit(code)


main()
