"""A PostgreSQL server of the tests' own, if the programs of one are installed."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

SCHEMA = """
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TABLE users (
  id serial PRIMARY KEY, email text NOT NULL, "createdAt" timestamptz DEFAULT now(), m mood
);
COMMENT ON TABLE users IS 'People.';
CREATE TABLE orders (
  id bigint GENERATED ALWAYS AS IDENTITY, user_id int REFERENCES users, total numeric(10,2) NOT NULL
);
CREATE VIEW totals AS SELECT user_id, sum(total) AS total FROM orders GROUP BY 1;
CREATE FUNCTION owed(p_user int, p_from date DEFAULT now()) RETURNS numeric LANGUAGE sql AS 'SELECT 1.0';
CREATE SCHEMA auth;
CREATE TABLE auth.tokens (token text PRIMARY KEY);
"""
USER, PASSWORD = "tester", "a secret"


@dataclass(frozen=True)
class Server:
    """A running server, with the schema in it."""

    programs: Path
    port: int

    @property
    def url(self) -> str:
        return f"postgresql://{USER}@127.0.0.1:{self.port}/postgres"

    def run(self, program: str, *arguments: str) -> str:
        where = ["-h", "127.0.0.1", "-p", str(self.port), "-U", USER, "-d", "postgres"]
        environment = {**os.environ, "PGPASSWORD": PASSWORD}
        done = subprocess.run(
            [str(self.programs / program), *where, *arguments],
            env=environment,
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout


def _programs() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    if found:
        return found[-1]
    program = shutil.which("initdb")
    return None if program is None else Path(program).parent


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """No server runs as root: then the cluster belongs to the user that the packages make.

    It has a folder of its own, since that user may go into none of pytest's.
    """
    programs = _programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed (apt-get install postgresql)")
    command: Sequence[str] = ()
    if os.geteuid() == 0:
        try:
            user = pwd.getpwnam("postgres")
        except KeyError:
            pytest.skip("there is no user postgres to run a server as")
        command = ("setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", "--")
    with TemporaryDirectory(ignore_cleanup_errors=True) as made:
        folder = Path(made)
        if os.geteuid() == 0:
            os.chown(folder, user.pw_uid, user.pw_gid)
        yield from _running(programs, folder, command)


def _running(programs: Path, folder: Path, command: Sequence[str]) -> Iterator[Server]:
    """A server whose cluster is in a folder, and that is started by what stands before its command."""
    data, secret = folder / "data", folder / "secret"
    secret.write_text(PASSWORD)
    secret.chmod(0o644)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    def run(*arguments: str) -> None:
        subprocess.run([*command, *arguments], check=True, cwd=folder, capture_output=True)

    run(str(programs / "initdb"), "-D", str(data), "-U", USER, "-A", "scram-sha-256", f"--pwfile={secret}")
    options = f"-k {folder} -p {port} -c listen_addresses=127.0.0.1 -c fsync=off"
    control = str(programs / "pg_ctl")
    run(control, "-D", str(data), "-o", options, "-w", "-l", str(folder / "log"), "start")
    try:
        found = Server(programs, port)
        found.run("psql", "-q", "-c", SCHEMA)
        yield found
    finally:
        run(control, "-D", str(data), "-m", "immediate", "stop")
