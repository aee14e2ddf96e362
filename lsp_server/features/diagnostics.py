"""Syntax errors as a person wants to read them: one message for each mistake, at its place, without echoes.

`mistakes` tells where a text goes wrong and what could have stood there; the brackets and the layout, what
was left open. Must not know a protocol or a language.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from itertools import pairwise

from lsp_server.features.mistakes import REACH, Mistake, MistakeFinder, near_to
from lsp_server.features.wording import Wording, indent_of, is_blank, is_word, quoted
from lsp_server.inspection import Severity
from lsp_server.lalr import Grammar, check, opener_of_text
from lsp_server.syntax import Balance, Bracket, SyntaxTree, Unclosed, balance, still_open
from lsp_server.text import Span

MOST = 100
"""The most diagnostics for one text."""

_FAR = 1_000_000
"""At most so many characters before or after a mistake are searched for brackets."""

_MOST_BRACKETS = 100_000
"""So many brackets are no text that anybody wrote; nothing is made of them."""

_QUOTES = ('"', "'")
_NEWLINE = "newline"
_SEPARATORS = (_NEWLINE, ",", ";", ":", "=")
_FEW, _MOST_EXPECTED = 3, 5

_MOST_TRIED = 4
"""Of so many brackets it is tried whether to close one of them is enough."""


@dataclass(frozen=True, slots=True)
class Related:
    """Another place that explains a diagnostic."""

    span: Span
    message: str


class Mark(Enum):
    """How what a diagnostic is about may be shown: faded where it could be left out, or struck through."""

    NEEDLESS = auto()
    DEPRECATED = auto()


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """An error in a text, or what is worth a look there.

    `span` is never empty; `code` is stable and in kebab-case.
    """

    span: Span
    message: str
    code: str
    related: tuple[Related, ...] = ()
    severity: Severity = Severity.ERROR
    mark: Mark | None = None


@dataclass(frozen=True, slots=True)
class _Explained:
    """A mistake in words. If it `echoes`, the parser lost its way: nothing is sure up to `until`."""

    diagnostic: Diagnostic
    echoes: bool = False
    until: int = 0


@dataclass(frozen=True, slots=True)
class _Context:
    tree: SyntaxTree
    grammar: Grammar | None
    wording: Wording


def diagnose(tree: SyntaxTree, grammar: Grammar | None = None) -> tuple[Diagnostic, ...]:
    """The syntax errors of a text, in order of place, at most `MOST`; none in one that is not begun.

    Args:
        tree: the tree of the text.
        grammar: the constraint grammar of the same language; without it the tree alone decides.

    """
    return tuple(diagnostic for diagnostic, _ in explain(tree, grammar))


def explain(tree: SyntaxTree, grammar: Grammar | None = None) -> tuple[tuple[Diagnostic, Mistake], ...]:
    """What `diagnose` tells, each with the mistake that it is about."""
    return tuple(sorted(explanations(tree, grammar), key=lambda one: one[0].span))


def explanations(
    tree: SyntaxTree, grammar: Grammar | None, over: Callable[[], bool] = lambda: False
) -> Iterator[tuple[Diagnostic, Mistake]]:
    """The same one after the other, as they are found.

    Raises:
        StoppedError: it was `over` before all were found.

    """
    finder = MistakeFinder(tree, grammar, over)
    if not finder.damage or tree.end_before(len(tree.text)) == 0:
        return
    context = _Context(tree, grammar, Wording(tree, grammar))
    count, done = 0, -1
    for damage in finder.damage:
        if damage.span.start <= done or (done >= 0 and not _outermost(context, damage.context)):
            continue
        for mistake in finder.within(damage):
            if mistake.offset <= done:
                break
            explained = _explain(context, mistake)
            yield explained.diagnostic, mistake
            if (count := count + 1) == MOST:
                return
            done = max(mistake.offset, explained.until)
            if explained.echoes:
                break
        done = max([done, *(span.end - 1 for span in finder.fine[-1:])])


def _outermost(context: _Context, offset: int) -> bool:
    """Whether an element begins its line, as far out as the first one of the text does.

    Beside damage the parser takes inner parts for elements; the layout tells which these are.
    """
    start = context.tree.lines.start_of(context.tree.lines.line_of(offset))
    first = context.tree.next_element(0) or 0
    return offset - start <= min(_indent(context.tree, offset), _indent(context.tree, first))


def _explain(context: _Context, mistake: Mistake) -> _Explained:
    text_left_open = (
        _unterminated(context, mistake) or _unpaired(context, mistake) or _overrun(context, mistake)
    )
    if text_left_open is not None:
        return text_left_open
    around = _around(context.tree, mistake)
    return (
        _unbalanced(context, mistake, around)
        or _unopened(context, mistake, around)
        or _missing(context, mistake)
        or _unexpected(context, mistake)
    )


def _unterminated(context: _Context, mistake: Mistake) -> _Explained | None:
    """A comment or a string that begins at the mistake, or one that its line or the text leaves open."""
    text, offset = context.tree.text, mistake.offset
    line = context.tree.lines.line_of(offset)
    start = max(context.tree.lines.start_of(line), offset - REACH)
    end = min(context.tree.lines.end_of(line), offset + REACH)
    for opener, closer in context.tree.language.comment.block:
        if text.startswith(opener, offset):
            return _open(Span(offset, end), closer, "comment")
    for quote in _QUOTES:
        if text.startswith(quote * 3, offset) and text.find(quote * 3, offset + 3) < 0:
            return _open(Span(offset, end), quote * 3, "string")
        here = _places(quote, text[offset:end])
        if here[:1] == [0] and any(_fits(context, mistake, quote + held + quote) for held in ("", "x")):
            if len(here) == 1:
                return _open(Span(offset, end), quote, "string")
            span = Span(offset, offset + here[1] + 1)
            message = "invalid string: an escape or a character in it is not allowed"
            return _Explained(Diagnostic(span, message, "invalid-string"), echoes=True)
        before = _places(quote, text[start:end]) if offset == end and quote in mistake.expected else []
        if len(before) % 2:
            return _open(Span(start + before[-1], end), quote, "string")
    return _unterminated_lines(context, mistake)


def _unterminated_lines(context: _Context, mistake: Mistake) -> _Explained | None:
    """A string that may go on over lines, and that the text leaves open."""
    text, lines = context.tree.text, context.tree.lines
    quote = next((quote for quote in _QUOTES if quote in mistake.expected), None)
    if context.grammar is None or quote is None or mistake.offset < len(text):
        return None
    opener = opener_of_text(context.grammar, mistake.before)
    if opener is None or not mistake.before[: opener.end].endswith(quote):
        return None
    start = mistake.window.start + opener.start
    return _open(Span(start, lines.end_of(lines.line_of(start))), quote, "string")


def _overrun(context: _Context, mistake: Mistake) -> _Explained | None:
    """A string between triple quotes just before, that ended where the next one was meant to begin."""
    text, lines, offset = context.tree.text, context.tree.lines, mistake.offset
    near = lines.start_of(max(lines.line_of(offset) - 1, 0))
    for quotes in (quote * 3 for quote in _QUOTES):
        closer = text.rfind(quotes, near, offset)
        opener = text.rfind(quotes, mistake.window.start, max(closer, 0))
        if (
            opener < 0
            or lines.line_of(opener) == lines.line_of(closer)
            or text.count(quotes, offset) % 2 == 0
        ):
            continue
        return _open(Span(opener, lines.end_of(lines.line_of(opener))), quotes, "string")
    return None


def _open(span: Span, closer: str, name: str) -> _Explained:
    message = f"expected {quoted(closer)} to close the {name}"
    return _Explained(Diagnostic(span, message, f"unclosed-{name}"), echoes=True)


def _places(quote: str, line: str) -> list[int]:
    """Where quotes stand in a line, those after a backslash left out."""
    return [match.start() for match in re.finditer(rf"\\.|{quote}", line) if match[0] == quote]


def _fits(context: _Context, mistake: Mistake, lexeme: str) -> bool:
    """Whether a lexeme could stand at the mistake."""
    if context.grammar is None or not mistake.expected:
        return True
    failure = check(context.grammar, mistake.before + lexeme)
    return failure is None or failure.offset > len(mistake.before)


def _unpaired(context: _Context, mistake: Mistake) -> _Explained | None:
    """An opener whose tag nothing repeats before the text ends."""
    grammar = context.grammar
    if grammar is None or not is_blank(context.tree.text, mistake.offset):
        return None
    for pair in grammar.pairs:
        if grammar.terminals[pair.close].spelling not in mistake.expected:
            continue
        *_, opener = re.finditer(grammar.terminals[pair.open].pattern, mistake.before)
        tag = re.match(pair.tag, opener[0])
        bracket = Bracket(mistake.window.start + opener.start(), opener[0].strip())
        closer = tag[1] if tag else bracket.text
        return _unclosed(context, Unclosed(bracket, closer, mistake.offset), mistake.offset)
    return None


@dataclass(frozen=True, slots=True)
class _Around:
    """The brackets before and after a mistake, up to `end`, and what has no partner among them.

    Of those after it none that are in a settled pair, and of those before it the `last` alone.
    """

    last: Bracket | None
    after: tuple[Bracket, ...]
    end: int
    balance: Balance


def _around(tree: SyntaxTree, mistake: Mistake) -> _Around:
    """What is open before a mistake is as the grammar has it.

    What was opened and closed before it is of interest only as far as the tree agrees with that.
    """
    start, offset = mistake.window.start, mistake.offset
    end = min(max(mistake.window.end, offset + REACH), offset + _FAR, len(tree.text))
    if offset - start > _FAR:
        return _Around(None, (), end, Balance((), ()))
    spans = Span(start, offset), Span(offset, end)
    before, after = (tree.unsettled_brackets(span, near_to(offset, span)) for span in spans)
    if len(before) + len(after) > _MOST_BRACKETS:
        return _Around(None, (), end, Balance((), ()))
    last = tree.brackets(spans[0], near_to(offset, spans[0]))[-1:]
    if still_open(tree, before) != mistake.enclosing:
        before, last = mistake.enclosing, mistake.enclosing[-1:]
    return _Around(next(iter(last), None), after, end, balance(tree, (*before, *after), end))


def _unbalanced(context: _Context, mistake: Mistake, around: _Around) -> _Explained | None:
    """A closer at the mistake that closes nothing, or an opener before it that nothing closes."""
    tree, offset = context.tree, mistake.offset
    for bracket in around.balance.unopened:
        if bracket.start == offset:
            message = f"unexpected {quoted(bracket.text)}: no bracket is open that it could close"
            diagnostic = Diagnostic(Span(offset, bracket.end), message, "unmatched-bracket")
            return _Explained(diagnostic, echoes=True)
    open_before = [one for one in around.balance.unclosed if one.opener.start < offset]
    told = [one for one in open_before if one.place <= offset]
    if told and not _goes_on(context, mistake, told):
        told = [
            one
            for one in (*told[-_MOST_TRIED:], *_innermost(context, mistake))
            if _goes_on(context, mistake, (one,))
        ]
    if told:
        return _unclosed(context, told[0], told[0].place)
    for one in open_before:
        proven = one.place < tree.end_before(around.end) or around.end == len(tree.text)
        wanted = not mistake.expected or one.closer in mistake.expected
        if one.opener in mistake.enclosing[-1:] and proven and wanted:
            return _unclosed(context, one, offset)
    for one in _outer(context, mistake) if around.balance.unclosed else ():
        if _goes_on(context, mistake, (one,)):
            return _unclosed(context, one, one.place)
    return None


def _outer(context: _Context, mistake: Mistake) -> Iterator[Unclosed]:
    """The bracket around one that opens just before a mistake, if it may be closed before that."""
    tree, closers = context.tree, dict(context.tree.language.brackets)
    for around, opener in pairwise(mistake.enclosing[-2:]):
        if context.grammar is not None and not tree.text[opener.end : mistake.offset].strip():
            yield Unclosed(around, closers[around.text], tree.end_before(opener.start))


def _innermost(context: _Context, mistake: Mistake) -> Iterator[Unclosed]:
    """The innermost bracket that is open at a mistake, if it may be closed there."""
    closers = dict(context.tree.language.brackets)
    for opener in mistake.enclosing[-1:]:
        if (closer := closers.get(opener.text)) in mistake.expected:
            yield Unclosed(opener, closer or "", context.tree.end_before(mistake.offset))


def _goes_on(context: _Context, mistake: Mistake, missing: Sequence[Unclosed]) -> bool:
    """Whether with some closers the grammar reads beyond the mistake: else the layout is no sign of them."""
    window = mistake.window
    if context.grammar is None or not mistake.expected or window.end - window.start > REACH:
        return True
    text = context.tree.text
    for glue in ("", "\n"):
        pieces, last, before = [], window.start, 0
        for one in sorted(missing, key=lambda one: one.place):
            place, closer = max(last, min(one.place, window.end)), glue + one.closer
            pieces += [text[last:place], closer]
            last, before = place, before + len(closer)
        failure = check(context.grammar, "".join((*pieces, text[last : window.end])))
        if failure is None or failure.offset > mistake.offset - window.start + before:
            return True
    return False


def _unclosed(context: _Context, found: Unclosed, place: int) -> _Explained:
    text, opener = context.tree.text, found.opener
    line = context.tree.lines.line_of(opener.start)
    is_block = opener.text == "{" and not text[opener.end : context.tree.lines.end_of(line)].strip()
    name = "block" if is_block else quoted(opener.text)
    diagnostic = Diagnostic(
        context.wording.just_before(place),
        f"expected {quoted(found.closer)} to close the {name} opened on line {line + 1}",
        "unclosed-bracket",
        (Related(Span(opener.start, opener.end), f"this {quoted(opener.text)} is not closed"),),
    )
    return _Explained(diagnostic, echoes=True)


def _unopened(context: _Context, mistake: Mistake, around: _Around) -> _Explained | None:
    """A closer further on closes nothing, because its opener is missing here or was closed too early."""
    tree, offset = context.tree, mistake.offset
    without = [bracket for bracket in around.balance.unopened if bracket.start > offset]
    if not without:
        return None
    span, found = context.wording.found(offset)
    closer = next(iter(balance(tree, around.after, around.end).unopened), without[0])
    opener = next((o for o, c in tree.language.brackets if c == closer.text), "")
    header = tree.end_before(offset)
    further_in = _indent(tree, offset) > _indent(tree, mistake.window.start)
    if opener in mistake.expected and _indent(tree, closer.start) == _indent(tree, header):
        below = span.end <= offset or tree.lines.line_of(offset) > tree.lines.line_of(header)
        message = f"expected {quoted(opener)} {'at the end of the line' if below else f'before {found}'}"
        code, shown = "missing-lexeme", closer
        note = f"without it, this {quoted(closer.text)} closes nothing"
    elif around.last is not None and not mistake.enclosing and further_in:
        message = f"unexpected {found.removeprefix('the ')}: the brackets around it are closed already"
        code, shown = "unexpected-text", around.last
        note = f"this {quoted(shown.text)} closes the last open bracket"
    else:
        return None
    related = (Related(Span(shown.start, shown.end), note),)
    return _Explained(Diagnostic(span, message, code, related), echoes=True, until=without[0].start)


def _indent(tree: SyntaxTree, offset: int) -> int:
    return len(indent_of(tree, offset))


def _missing(context: _Context, mistake: Mistake) -> _Explained | None:
    """What the parser put in by itself, or the only thing that could stand here."""
    end = context.tree.end_before(mistake.offset)
    expected = context.wording.telling(mistake.expected)
    put_in = [
        problem.missing.replace("_", " ") if problem.named else problem.missing
        for problem in mistake.problems
        if problem.missing is not None and end <= problem.span.start <= mistake.offset
    ]
    options = [name for name in put_in if not expected or name in expected]
    if not options and len(expected) == 1:
        options = list(expected)
    if not options:
        return None
    span, found = context.wording.found(mistake.offset)
    message = f"expected {context.wording.named(options[0])} before {found}"
    return _Explained(Diagnostic(span, message, "missing-lexeme"))


def _unexpected(context: _Context, mistake: Mistake) -> _Explained:
    wording, tree = context.wording, context.tree
    expected = wording.telling(mistake.expected)
    span, found = wording.found(mistake.offset)
    shown = tree.text[span.start : span.end]
    words = [name for name in mistake.expected if is_word(name)]
    near = difflib.get_close_matches(shown, words, n=1, cutoff=0.7)
    likely = _separators(context, mistake) if _begins_something(tree, shown) else []
    if near:
        advice = f"; did you mean {quoted(near[0])}?"
    elif 0 < len(expected) <= (_FEW if likely else _MOST_EXPECTED):
        advice = f"; expected {wording.any_of(expected)}"
    elif likely and span.start == mistake.offset:
        advice = f"; {wording.any_of(likely)} may be missing before it"
    elif span.start < mistake.offset:
        advice = f" after {wording.last_lexeme(span.end)}"
    else:
        advice = ""
    return _Explained(Diagnostic(span, f"unexpected {found.removeprefix('the ')}{advice}", "unexpected-text"))


def _separators(context: _Context, mistake: Mistake) -> list[str]:
    """What could stand at the mistake and ends something; the innermost bracket is closed later on."""
    tree, offset = context.tree, mistake.offset
    closers = dict(tree.language.brackets)
    innermost = {closers[bracket.text] for bracket in mistake.enclosing[-1:]}
    names = {*_SEPARATORS, *closers.values()} - innermost
    if tree.end_before(offset) <= context.tree.lines.start_of(context.tree.lines.line_of(offset)):
        names.discard(_NEWLINE)
    return [name for name in mistake.expected if name in names]


def _begins_something(tree: SyntaxTree, lexeme: str) -> bool:
    openers = [opener for opener, _ in tree.language.brackets]
    return lexeme[:1].isalnum() or lexeme.startswith((*openers, *_QUOTES, "_", "$", "@"))
