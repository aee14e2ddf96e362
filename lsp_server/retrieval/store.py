"""Keeps the passages of one language on disk and finds them by words: BM25, as SQLite's FTS5 has it.

What is kept is made of texts that can be read again, so it may be lost at any time: what is damaged, locked
or not the user's own is made anew, and where nothing can be written it is made in memory. Several processes
may use one file. Only this file knows sqlite3. It must not know what a word is asked for.
"""

from __future__ import annotations

import hashlib
import math
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from pathlib import Path

import platformdirs

from lsp_server.cache import BoundedDict
from lsp_server.languages import Language
from lsp_server.opening import is_private, make_private
from lsp_server.retrieval.passages import Passage, PassageOrigin, passages_of
from lsp_server.retrieval.words import fixed_words, words_of
from lsp_server.sealing import forget_oldest

_FORMAT = 1
"""Of a file that has another number nothing is used."""

_LARGEST = 100_000_000
"""Bytes of a file. What has no room in it is left out."""

_PAGE = 4096
_KEPT = 32
"""So many files are kept, those that were used last."""

_BATCH = 50
"""Texts that are written at once, so that others wait for a moment only."""

_WAITS = 2.0
"""Seconds that are waited for another process."""

LOOKED_AT = 1_000
"""Passages that are looked at for a question that comes with a key: its most telling words come first."""

_MOST_TERMS = 16
_SAID, _NAMED, _FIXED = 2.0, 1.0, 0.1
"""What a word counts in what is said of a passage, in its code, and there as a fixed word of the grammar."""

_TABLES = f"""
CREATE TABLE texts(id INTEGER PRIMARY KEY, origin TEXT, name TEXT, digest BLOB, UNIQUE(origin, name));
CREATE TABLE passages(id INTEGER PRIMARY KEY, text INTEGER, line INTEGER, said TEXT, code TEXT);
CREATE INDEX passages_of_text ON passages(text);
CREATE VIRTUAL TABLE terms USING fts5(said, named, fixed, tokenize = 'unicode61 remove_diacritics 0');
CREATE VIRTUAL TABLE vocabulary USING fts5vocab(terms, 'row');
PRAGMA user_version = {_FORMAT};
"""


_FIND = """
SELECT t.origin, t.name, p.line, p.said, p.code, w.said || ' ' || w.named || ' ' || w.fixed, best.score
FROM (
    SELECT rowid AS number, -bm25(terms, ?, ?, ?) AS score
    FROM terms WHERE terms MATCH ? ORDER BY score DESC LIMIT ?
) AS best
JOIN passages AS p ON p.id = best.number
JOIN texts AS t ON t.id = p.text
JOIN terms AS w ON w.rowid = best.number
"""


@dataclass(frozen=True, slots=True)
class SourceText:
    """A text to look things up in: of a language, or of Markdown by its name."""

    origin: PassageOrigin
    name: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class FoundPassage:
    """A passage, how well it fits (more is better), and the words for which it does."""

    passage: Passage
    score: float
    words: tuple[str, ...]


def store_path(language: Language, place: str) -> Path:
    """Where the passages of a language are kept for a place: a workspace, say, and the folders beside it."""
    name = hashlib.sha256(f"{language.directory}\n{place}".encode()).hexdigest()[:24]
    folder = platformdirs.user_cache_path("holegram", appauthor=False) / "passages"
    return folder / f"{name}.sqlite"


class PassageStore:
    """The passages of some texts in one language; any thread may use it.

    Args:
        language: of the texts.
        path: the file; in memory where that is None, or nothing can be written there.
        largest: bytes that it may have.

    """

    def __init__(self, language: Language, path: Path | None, largest: int = _LARGEST) -> None:
        self._language = language
        self._path = path
        self._pages = max(largest // _PAGE, 32)
        self._lock = threading.RLock()
        self._counts: BoundedDict[str, int] = BoundedDict(20_000)
        self.full = False
        """Whether something was left out for want of room."""
        self._connection = self._opened()

    def update(self, texts: Iterable[SourceText], stopped: Callable[[], bool] = lambda: False) -> int:
        """Have just these texts, and read again only those that have changed; how many were read or removed.

        Where it is stopped, what was read by then stays.
        """
        given = list(texts)
        with self._lock:
            try:
                return self._update(given, stopped)
            except sqlite3.DatabaseError as error:
                self._renew(error)
            try:
                return self._update(given, stopped)
            except sqlite3.DatabaseError:
                self._close()
                self._path, self._connection = None, self._connected(None)
                return self._update(given, stopped)

    def find(
        self, weights: Mapping[str, float], most: int = 12, looked_at: int = LOOKED_AT
    ) -> tuple[FoundPassage, ...]:
        """The passages that have most of some words, given with what each counts; best first.

        The more are `looked_at`, the longer it takes, and the more words count that many passages have.
        """
        with self._lock:
            try:
                return self._find(weights, most, looked_at)
            except sqlite3.DatabaseError:
                return ()  # the next update makes it anew

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._close()

    @property
    def count(self) -> int:
        """How many passages there are."""
        with self._lock, suppress(sqlite3.DatabaseError):
            (count,) = self._connection.execute("SELECT count(*) FROM passages").fetchone()
            return int(count)
        return 0

    def _close(self) -> None:
        with suppress(sqlite3.Error):
            self._connection.close()

    def _opened(self) -> sqlite3.Connection:
        """A connection to the file, made anew where it is damaged, or not the user's own."""
        path = self._path
        if path is None:
            return self._connected(None)
        try:
            make_private(path.parent)
            if path.exists() and not is_private(path):
                path.unlink()
            forget_oldest(path.parent, "*.sqlite", _KEPT)
        except OSError:
            self._path = None
            return self._connected(None)
        for _ in range(2):
            try:
                return self._connected(path)
            except sqlite3.OperationalError as error:
                if "locked" in str(error):
                    break
                _remove(path)
            except sqlite3.DatabaseError:
                _remove(path)
        self._path = None
        return self._connected(None)

    def _connected(self, path: Path | None) -> sqlite3.Connection:
        where = ":memory:" if path is None else str(path)
        connection = sqlite3.connect(where, timeout=_WAITS, check_same_thread=False, isolation_level=None)
        try:
            connection.execute("PRAGMA trusted_schema = OFF")
            connection.execute("PRAGMA cell_size_check = ON")
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute(f"PRAGMA max_page_count = {self._pages}")
            if self._version(connection) != _FORMAT:
                with _transaction(connection):
                    if self._version(connection) != _FORMAT:
                        _make_tables(connection)
            if _made_of(connection) != _made_of_ours():
                raise sqlite3.DatabaseError("a file that was made otherwise")
        except sqlite3.Error:
            connection.close()
            raise
        if path is not None:
            with suppress(OSError):
                path.chmod(0o600)
        return connection

    def _version(self, connection: sqlite3.Connection) -> int:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        return int(version)

    def _renew(self, error: sqlite3.DatabaseError) -> None:
        """Begin anew: in memory where another process holds the file, or it cannot be written."""
        self._close()
        self._counts.clear()
        if self._path is not None:
            if isinstance(error, sqlite3.OperationalError):
                self._path = None
            else:
                _remove(self._path)
        self._connection = self._opened()

    def _update(self, given: Sequence[SourceText], stopped: Callable[[], bool]) -> int:
        rows = self._connection.execute("SELECT origin, name, id, digest FROM texts").fetchall()
        known = {(origin, name): (number, digest) for origin, name, number, digest in rows}
        digests = {(one.origin.value, one.name): _digest(one) for one in given}
        gone = [number for key, (number, _) in known.items() if key not in digests]
        new = [
            one
            for one in given
            if known.get((one.origin.value, one.name), (0, b""))[1] != digests[one.origin.value, one.name]
        ]
        self.full = False
        self._counts.clear()
        if gone:
            with _transaction(self._connection):
                for number in gone:
                    self._remove_text(number)
        done = len(gone)
        left = iter(new)
        while (batch := list(islice(left, _BATCH))) and not stopped() and not self.full:
            cut = [(one, list(passages_of(self._language, one.origin, one.name, one.text))) for one in batch]
            for part in (cut, *([one] for one in cut)):
                if not self._write(part, digests):
                    self.full = True
                    continue
                done += len(part)
                if part is cut:
                    break
        self._counts.clear()
        return done

    def _write(
        self,
        cut: Sequence[tuple[SourceText, Sequence[Passage]]],
        digests: Mapping[tuple[str, str], bytes],
    ) -> bool:
        """Write the passages of some texts in place of those before; whether there was room for all."""
        run = self._connection.execute
        try:
            with _transaction(self._connection):
                for one, passages in cut:
                    key = (one.origin.value, one.name)
                    row = run("SELECT id FROM texts WHERE origin = ? AND name = ?", key).fetchone()
                    if row is not None:
                        self._remove_text(row[0])
                    self._add(one, digests[key], passages)
        except sqlite3.OperationalError as error:
            if "full" not in str(error):
                raise
            return False
        return True

    def _remove_text(self, number: int) -> None:
        run = self._connection.execute
        run("DELETE FROM terms WHERE rowid IN (SELECT id FROM passages WHERE text = ?)", (number,))
        run("DELETE FROM passages WHERE text = ?", (number,))
        run("DELETE FROM texts WHERE id = ?", (number,))

    def _add(self, one: SourceText, digest: bytes, passages: Sequence[Passage]) -> None:
        run, fixed = self._connection.execute, fixed_words(self._language)
        number = run(
            "INSERT INTO texts(origin, name, digest) VALUES (?, ?, ?)", (one.origin.value, one.name, digest)
        ).lastrowid
        for passage in passages:
            row = run(
                "INSERT INTO passages(text, line, said, code) VALUES (?, ?, ?, ?)",
                (number, passage.line, passage.said, passage.code),
            ).lastrowid
            words = list(words_of(passage.code))
            columns = (
                " ".join(words_of(passage.said)),
                " ".join(word for word in words if word not in fixed),
                " ".join(word for word in words if word in fixed),
            )
            run("INSERT INTO terms(rowid, said, named, fixed) VALUES (?, ?, ?, ?)", (row, *columns))

    def _find(self, weights: Mapping[str, float], most: int, looked_at: int) -> tuple[FoundPassage, ...]:
        terms = self._telling(weights, looked_at)
        if not terms:
            return ()
        rows = self._connection.execute(
            _FIND, (_SAID, _NAMED, _FIXED, " OR ".join(f'"{term}"' for term in terms), 2 * most)
        ).fetchall()
        found = []
        for origin, name, line, said, code, words, score in rows:
            has = {*words.split()}
            shared = tuple(term for term in terms if term in has)
            value = float(score) * sum(terms[term] for term in shared) / len(shared) if shared else 0.0
            found.append(FoundPassage(Passage(PassageOrigin(origin), name, line, said, code), value, shared))
        return tuple(sorted(found, key=lambda one: -one.score)[:most])

    def _telling(self, weights: Mapping[str, float], left: int) -> dict[str, float]:
        """The words that tell most, each with what it counts: those that few passages have."""
        total = self.count or 1
        known = [(word, self._count(word)) for word in weights]
        ranked = sorted(
            ((weights[word] * math.log(1 + total / count), count, word) for word, count in known if count),
            reverse=True,
        )
        kept: dict[str, float] = {}
        for _, count, word in ranked[: 4 * _MOST_TERMS]:
            if (count <= left or not kept) and len(kept) < _MOST_TERMS:
                kept[word] = weights[word]
                left -= count
        return kept

    def _count(self, word: str) -> int:
        """How many passages have a word."""
        count = self._counts.get(word)
        if count is None:
            row = self._connection.execute("SELECT doc FROM vocabulary WHERE term = ?", (word,)).fetchone()
            count = self._counts[word] = 0 if row is None else int(row[0])
        return count


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All that is done in it is written, or nothing."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _make_tables(connection: sqlite3.Connection) -> None:
    kept = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    if connection.execute(kept).fetchone() is not None:
        raise sqlite3.DatabaseError("a file of another version")
    for statement in filter(str.strip, _TABLES.split(";")):
        connection.execute(statement)


def _made_of(connection: sqlite3.Connection) -> frozenset[tuple[str, str]]:
    """The tables, views and triggers of a file, with the text that made each."""
    return frozenset(connection.execute("SELECT name, coalesce(sql, '') FROM sqlite_master"))


@cache
def _made_of_ours() -> frozenset[tuple[str, str]]:
    with closing(sqlite3.connect(":memory:")) as connection:
        _make_tables(connection)
        return _made_of(connection)


def _remove(path: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        with suppress(OSError):
            path.with_name(path.name + ending).unlink(missing_ok=True)


def _digest(one: SourceText) -> bytes:
    return hashlib.sha256(one.text.encode("utf-8", "surrogatepass")).digest()
