"""The survey as a page: what was found in all, and a row for each grammar."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tests.survey.judged import Judged, Verdict

_PAGE = """\
# Grammars that packages ship

How the unmodified Lark grammars of published packages fare. This page is what `python -m tests.survey DIR`
prints, and is not edited (see [tests](../README.md)).

Of {grammars:,} grammars {lalr} are LALR(1) to Lark itself. Of these {work} ({share:.1f} %) load here, and on
each of their programs and mutants Lark says the same as we do.

*programs*: made from our reading, and how many of them Lark takes. *mutants*: of these programs, and of how
many Lark and we say the same.

| package | licence | grammar | start | LALR(1) by Lark | here | programs | mutants |
| --- | --- | --- | --- | --- | --- | --- | --- |
"""
_LONGEST = 140


def page(verdicts: Sequence[Verdict]) -> Iterator[str]:
    """The lines of the page."""
    lalr = [verdict for verdict in verdicts if not verdict.lark]
    work = [verdict for verdict in lalr if verdict.agrees]
    yield from _PAGE.format(
        grammars=len(verdicts),
        lalr=len(lalr),
        work=len(work),
        share=100 * len(work) / max(len(lalr), 1),
    ).splitlines()
    yield from map(row, verdicts)


def row(verdict: Verdict) -> str:
    """A line of the table."""
    published = verdict.published
    programs = [one for one in verdict.texts if one.program]
    cells = (
        f"{published.package} {published.version}",
        published.licence,
        f"`{published.where}`",
        f"`{published.start}`",
        _cell(verdict.lark, "yes"),
        _cell(verdict.ours, "loads"),
        _share(sum(one.lark for one in programs), len(programs)),
        _said(verdict.texts, verdict.differs),
    )
    return f"| {' | '.join(cells)} |"


def _said(texts: Sequence[Judged], differs: Sequence[Judged]) -> str:
    mutants = sum(not one.program for one in texts)
    return _share(mutants - sum(not one.program for one in differs), mutants)


def _share(part: int, whole: int) -> str:
    return f"{part}/{whole}" if whole else ""


def _cell(reason: str, otherwise: str) -> str:
    return reason.replace("|", "\\|").replace("\n", " ")[:_LONGEST] if reason else otherwise
