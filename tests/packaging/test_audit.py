"""What an audit of the packages says: of known holes, which fail it, and of a database that is not there."""

from __future__ import annotations

from tests.packaging.audit import told

UNKNOWN = {"name": "somewhere", "skip_reason": "not found"}
SOUND = {"name": "sound", "version": "1.0", "vulns": []}
HOLE = {"name": "bad", "version": "2.0", "vulns": [{"id": "X-1", "fix_versions": ["2.1"]}]}


def test_a_database_that_does_not_answer_is_told_of() -> None:
    for packages in ([], [UNKNOWN, UNKNOWN]):
        lines, is_bad = told(packages)
        assert not is_bad
        assert f"none of {len(packages)} packages was audited" in lines[0]


def test_a_known_hole_is_told_with_its_remedy_and_fails() -> None:
    lines, is_bad = told([UNKNOWN, SOUND, HOLE])
    assert is_bad
    assert lines == ["bad 2.0: X-1, mended in 2.1", "2 of 3 packages audited, known holes: 1"]


def test_packages_without_known_holes_pass() -> None:
    assert told([SOUND]) == (["1 of 1 packages audited, known holes: 0"], False)
