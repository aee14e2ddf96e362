"""An immutable syntax tree of one version of a text, and the next version's tree made from it.

All results are in offsets; bytes and nodes stay inside. It must not judge or word anything: it says where
the parser met an error, not what a person should be told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice, takewhile

from lsp_server.cache import cached_property
from lsp_server.languages import Language
from lsp_server.syntax.binding import load_binding
from lsp_server.syntax.brackets import Bracket, Brackets
from lsp_server.syntax.nodes import Node, TreeRow
from lsp_server.syntax.parser import Member, Parsed
from lsp_server.syntax.parts import Parts, lexeme_in, matches_of, parts_of
from lsp_server.syntax.pieces import Piece, pieces
from lsp_server.syntax.problems import Damage, Problem
from lsp_server.syntax.queries import Match, load_query
from lsp_server.syntax.reuse import Earlier
from lsp_server.text import Edit, LineIndex, Span, joined

BLANKS = " \t\n\r\f\v"
"""What stands between lexemes in any language. Other white space is for each language to accept or not."""

_MOST_EDITS = 64
"""Beyond so many edits, applying each to a copy of the text costs more than to parse anew."""

_FULL = 200
"""So many errors are very many: with 5,000 of them a tree of PostgreSQL takes 0.4 s to be made anew."""


_OWN = 2
"""The node that begins somewhere and that which it is in: of two alike, they are others."""

_MANY = 20
"""To run a query on the root costs as much as to run it on so many elements."""

_LOST = 2_000
"""A lexeme of so many bytes, in a damaged element, is one that has lost its end."""

_SHORT = 20_000
"""A text of so many characters is parsed in a few milliseconds."""


def maker(language: Language) -> str:
    """What makes the trees of a language, in words that fit after "trees by".

    Raises:
        BundleError: the parser that the bundle names cannot be loaded.

    """
    return load_binding(language).name


def parse(language: Language, text: str) -> SyntaxTree:
    """Parse a text. It may be anything; what does not fit becomes errors in the tree.

    Raises:
        BundleError: the parser that the bundle names cannot be loaded.

    """
    return SyntaxTree(language, load_binding(language).parse(text))


def next_tree(
    tree: SyntaxTree, edits: Sequence[Edit], text: str, cancelled: Callable[[], bool] = lambda: False
) -> SyntaxTree:
    """The tree after edits; the same as that of a fresh parse, unless the text is both broken and long.

    How tree-sitter recovers from errors depends on what it can take over from the tree before, so that a
    text could have other errors than the same text opened anew.

    Raises:
        StoppedError: it was cancelled, which is asked on the way.

    """
    edited = tree.edited(edits, text, cancelled)
    certain = edited.exact or len(text) > _SHORT or not edited.problems
    return edited if certain else parse(tree.language, text)


class SyntaxTree:
    """The tree of a text. Made by `parse` and `next_tree`; it never changes, and any thread may read it."""

    def __init__(self, language: Language, parsed: Parsed, earlier: Earlier | None = None) -> None:
        self.language = language
        self._parsed = parsed
        self._earlier = earlier

    @property
    def text(self) -> str:
        """The text that was parsed."""
        return self._parsed.text

    @property
    def exact(self) -> bool:
        """Whether it is that of a fresh parse, however it was made and whatever is in the text."""
        return self._parsed.exact

    @property
    def whole(self) -> bool:
        """Whether all of the text was parsed; else that took too long, and nothing is known of its end."""
        return self._parsed.whole

    @cached_property
    def lines(self) -> LineIndex:
        """The lines of the text, found on first use."""
        return LineIndex(self.text)

    def edited(
        self, edits: Sequence[Edit], new_text: str, cancelled: Callable[[], bool] = lambda: False
    ) -> SyntaxTree:
        """The tree after edits that each apply to the result of the one before, `new_text` being the last.

        What the edits do not touch is not parsed again.

        Raises:
            StoppedError: it was cancelled, which is asked on the way.

        """
        changes = joined(edits)
        if len(changes) > _MOST_EDITS:
            return parse(self.language, new_text)
        parsed = self._parsed.edited(changes, new_text, cancelled)
        return SyntaxTree(self.language, parsed, self._earlier_than(parsed))

    def _earlier_than(self, parsed: Parsed) -> Earlier | None:
        """The parts that may be taken over into a tree that was made from this one: none but those known."""
        parts, earlier = self.__dict__.get("parts"), self._earlier
        if parsed.change is None:
            return None
        if parts is not None and not self._parsed.root.is_error:
            return Earlier(parts, parsed.change)
        return None if earlier is None else Earlier(earlier.parts, earlier.change.then(parsed.change))

    @property
    def sound(self) -> bool:
        """Whether it has no ERROR and no MISSING node, which is known without looking for any."""
        return not self._parsed.root.has_error

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """Every ERROR and MISSING node, in order of place, an outer one before those in it."""
        return tuple(map(self._problem, self._troubled))

    @cached_property
    def _troubled(self) -> tuple[Node, ...]:
        return tuple(self._parsed.troubled(self._parsed.root))

    @cached_property
    def full_of_errors(self) -> bool:
        """Whether it has so many ERROR and MISSING nodes that it takes long to be made anew."""
        return next(islice(self._parsed.troubled(self._parsed.root), _FULL, None), None) is not None

    @property
    def error_count(self) -> int:
        """The number of ERROR and MISSING nodes."""
        return len(self.problems)

    def has_error_after(self, offset: int) -> bool:
        """Whether an ERROR reaches beyond an offset, or something is MISSING at or after it."""
        return self.last_error > offset

    @cached_property
    def last_error(self) -> int:
        """Where the last ERROR ends, or one after where something is MISSING; 0 if there is neither.

        There may be tens of thousands, as behind a bracket that is open for the moment.
        """
        spans = (problem.span for problem in self.problems)
        return max((span.end + (span.start == span.end) for span in spans), default=0)

    def element_start(self, offset: int) -> int:
        """Where the last top-level element that begins before an offset begins; 0 if there is none.

        What follows stray text may be a piece of it, so the element is then the one before.
        """
        candidate: int | None = None
        for member in self._parsed.members.before(self._parsed.byte_at(offset)):
            if member.stray:
                candidate = None
            elif candidate is None:
                candidate = member.start
            else:
                break
        return 0 if candidate is None else self._parsed.offset_at(candidate)

    def next_element(self, offset: int) -> int | None:
        """Where the first top-level element at or after an offset begins; None if there is none."""
        members = self._parsed.members.since(self._parsed.byte_at(offset))
        start = next((member.start for member in members if not member.stray), None)
        return None if start is None else self._parsed.offset_at(start)

    def alike(self, first: int, second: int) -> bool:
        """Whether nodes that begin at two offsets stand in the same way in one node, no error between them.

        One of them may be in a list of its own.
        """
        if any(p.span.start < second and p.span.end >= first for p in self.problems):
            return False
        one, other = (self._way_to(offset) for offset in (first, second))
        return (
            len(one) == len(other)
            and [node.type for node in one] == [node.type for node in other]
            and one[:-_OWN] == other[:-_OWN]
        )

    def _way_to(self, offset: int) -> list[Node]:
        """The nodes about an offset, the outermost first, up to the first that begins there."""
        byte, way = self._parsed.byte_at(offset), list[Node]()
        for node in self._parsed.path(byte):
            way.append(node)
            if node.start_byte >= byte:
                break
        return way if way and way[-1].start_byte == byte else []

    @cached_property
    def damage(self) -> tuple[Damage, ...]:
        """Where the text is damaged, in order; between any two there is an intact element."""
        if self._parsed.root.is_error:
            return self.damage_beside(())
        members, found, done = self._parsed.members, list[Damage](), -1
        for node in self._troubled:
            around = self._broken_at(node.start_byte)
            if around is not None and around.start > done:
                before = [*takewhile(_is_broken, members.before(around.start))]
                run = [*before[::-1], around, *takewhile(_is_broken, members.since(around.start + 1))]
                found.append(self._damage(run))
                done = run[-1].start
        return tuple(found)

    @cached_property
    def damaged_elements(self) -> tuple[Span, ...]:
        """Where the damaged nodes at the top are, in order; where the root itself is an ERROR, all is one."""
        root, end = self._parsed.root, self._parsed.size
        if not root.has_error:
            return ()
        nodes = (root,) if root.is_error else self._parsed.members.touching(0, end, lambda start, end: True)
        return tuple(self._span(node.start_byte, node.end_byte) for node in nodes if node.has_error)

    def _broken_at(self, byte: int) -> Member | None:
        """The broken member at a place: what is missing may stand where one ends, or just before one."""
        members = self._parsed.members
        over = takewhile(lambda member: member.end >= byte, members.before(byte + 1))
        following = islice(members.since(byte), 1)
        return next((member for member in (*over, *following) if member.broken), None)

    def damage_beside(self, wrong: Iterable[int]) -> tuple[Damage, ...]:
        """The damage, with those parts, by number, that are intact here and `wrong` all the same.

        What stands between a part and the next one, comments for example, goes with the first.
        """
        elements = self.parts.elements
        broken = {number for number, element in enumerate(elements) if element.key is None}
        numbers = sorted(broken.union(wrong))
        runs: list[list[int]] = []
        for before, number in zip((-2, *numbers), numbers, strict=False):
            if number == before + 1:
                runs[-1].append(number)
            else:
                runs.append([number])
        return tuple(self._damage([self.parts.member(number) for number in run]) for run in runs)

    def brackets(self, span: Span, near: Span | None = None) -> tuple[Bracket, ...]:
        """The brackets in a span, in order; outside of what is `near` without those that sound nodes hold.

        Those of a sound node are balanced, if it has as many that open as that close.
        """
        near = near or span
        before, after = Span(span.start, near.start), Span(near.end, span.end)
        found = self._brackets
        return (*found.loose(before), *found.within(near), *found.loose(after))

    def unsettled_brackets(self, span: Span, near: Span) -> tuple[Bracket, ...]:
        """The same without pairs that nothing around them could part: `balance` finds the same in it."""
        before, after = Span(span.start, near.start), Span(near.end, span.end)
        found = self._brackets
        return (*found.loose(before), *found.unsettled(near), *found.loose(after))

    @cached_property
    def _brackets(self) -> Brackets:
        return Brackets(self.language, self._parsed, self.lines, self._troubled)

    def matches(self, query: str, span: Span | None = None) -> tuple[Match, ...]:
        """What a query of the bundle finds in the text, or touching a span; nothing if it has no such query.

        Raises:
            BundleError: the query is wrong.

        """
        compiled, source = load_query(self.language, query), self._parsed
        if compiled is None:
            return ()
        start = 0 if span is None else source.byte_at(span.start)
        end = source.size if span is None else source.byte_at(span.end)
        root = source.root if span is None else source.root_over(start, end)
        return matches_of(source, compiled, compiled.matches(root, self.text, start, end))

    def matches_above(self, query: str) -> tuple[Match, ...] | None:
        """What a query of the bundle finds that begins with a node around all parts.

        All else is found in a part. None where it is not so: the root is an ERROR, or the query looks for
        nodes beside each other.

        Raises:
            BundleError: the query is wrong.

        """
        compiled, source = load_query(self.language, query), self._parsed
        if compiled is None:
            return ()
        if source.root.is_error or not compiled.rooted:
            return None
        found = (compiled.matches_at(node, source.text) for node in source.members.above)
        return matches_of(source, compiled, chain.from_iterable(found))

    @cached_property
    def parts(self) -> Parts:
        """The top-level elements, in order, and what is stray between them."""
        earlier, self._earlier = self._earlier, None
        if earlier is not None and not self._parsed.root.is_error:
            parts = earlier.parts_of(self.language, self._parsed)
            if parts is not None:
                return parts
        return parts_of(self.language, self._parsed, list(self._parsed.members.all()))

    def settle(self, rest: Callable[[], None]) -> None:
        """Do what takes long for the first `parts` of a long text; between them it may rest."""
        if self._earlier is None and "parts" not in self.__dict__:
            for _ in self._parsed.members.all():
                rest()

    def parts_touching(self, span: Span) -> Parts:
        """Those of them that a span touches; the others are not looked for."""
        start, end = self._parsed.byte_at(span.start), self._parsed.byte_at(span.end)
        before = takewhile(lambda member: member.end >= start, self._parsed.members.before(start + 1))
        behind = takewhile(lambda member: member.start <= end, self._parsed.members.since(start + 1))
        return parts_of(self.language, self._parsed, [*reversed([*before]), *behind])

    def named_nodes(self) -> Iterator[tuple[str, Span]]:
        """The kind and the span of each node that has a name, an outer one before those in it."""
        pending = [self._parsed.root]
        while pending:
            node = pending.pop()
            yield node.type, self._span(node.start_byte, node.end_byte)
            pending.extend(reversed(node.named_children))

    def enclosing(self, offset: int) -> tuple[Span, ...]:
        """Where the nodes about a cursor are, the innermost first, each place once.

        A cursor at the end of a lexeme is about that one, unless a word begins there. Of a list nested in
        itself, so that each beginning of it is a node, only the whole counts.
        """
        byte = self._parsed.byte_at(offset)
        touching = offset and (offset == len(self.text) or not _is_wordlike(self.text[offset]))
        if touching and self.text[offset - 1] not in BLANKS:
            byte = self._parsed.byte_at(offset - 1)
        path: list[Node] = []
        for node in self._parsed.path(byte):
            if path and node.start_byte > byte:
                break
            if not path or not _begins_list(path[-1], node):
                path.append(node)
        spans = [self._span(node.start_byte, node.end_byte) for node in reversed(path)]
        return tuple(dict.fromkeys(span for span in spans if span.start <= offset <= span.end))

    def captures(self, query: str, span: Span | None = None) -> Iterator[tuple[int, str, int, int]]:
        """What a query of the bundle names in the text or a span, in no order, for where that is much.

        Each is the number of the pattern, the name, and the offsets of start and end. In a span, patterns are
        looked for in one top-level element at a time, unless it has many.

        Raises:
            BundleError: the query is wrong.

        """
        compiled, source = load_query(self.language, query), self._parsed
        if compiled is None:
            return
        start = 0 if span is None else source.byte_at(span.start)
        end = source.size if span is None else source.byte_at(span.end)
        at = source.offset_at
        roots = [] if span is None else list(islice(self._parsed.members.touching(start, end), _MANY + 1))
        for root in roots if 0 < len(roots) <= _MANY else [source.root_over(start, end)]:
            for pattern, name, first, last in compiled.captures(root, self.text, start, end):
                if last > start and first < end:
                    yield pattern, name, at(first), at(last)

    def pieces(self, query: str, span: Span, size: int) -> Iterator[Piece]:
        """Whole lines in pieces of about a size, each with what tells all that a query of the bundle finds.

        Raises:
            BundleError: the query is wrong.

        """
        compiled = load_query(self.language, query)
        if compiled is None:
            return iter((Piece(span.start, span.end, None),))
        return pieces(self._parsed, compiled, span.start, span.end, size)

    def divisions(self, places: Iterable[int], span: Span) -> Iterator[int]:
        """Of some offsets in a span, none of a blank, those from which on the text may be read for itself.

        These are the ones between top-level elements, and in one that is damaged those between any two
        lexemes.
        """
        start, end = self._parsed.byte_at(span.start), self._parsed.byte_at(span.end)
        nodes = self._parsed.members.touching(start, end)
        node = next(nodes, None)
        for place in places:
            byte = self._parsed.byte_at(place)
            while node is not None and node.end_byte <= byte:
                node = next(nodes, None)
            if node is None or node.start_byte >= byte or (node.has_error and _divides(node, byte)):
                yield place

    def lexeme_at(self, offset: int) -> Span | None:
        """The lexeme that begins at an offset, as the parser read it; None if none does, or a comment.

        A character that the parser could not use is a lexeme of its own.
        """
        return lexeme_in(self._parsed, self._parsed.root, offset)

    def end_before(self, offset: int) -> int:
        """Where the last lexeme before an offset ends, comments left out; 0 if there is none."""
        while True:
            end = offset
            while end and self.text[end - 1] in BLANKS:
                end -= 1
            byte = self._parsed.byte_at(end)
            leaf = self._parsed.root.descendant_for_byte_range(byte - 1, byte) if end else None
            if leaf is None or not leaf.is_extra or leaf.is_error:
                return end
            offset = self._parsed.offset_at(leaf.start_byte)

    def _damage(self, members: Sequence[Member]) -> Damage:
        """What some members in a row are, read from the sound one before them."""
        span = self._span(members[0].start, members[-1].end)
        nodes = (node for member in members for node in self._parsed.troubled(member.node))
        inside = tuple(problem for problem in map(self._problem, nodes) if problem.span.end >= span.start)
        before = next(self._parsed.members.before(members[0].start), members[0])
        return Damage(span, self._parsed.offset_at(before.start), inside)

    def _problem(self, node: Node) -> Problem:
        span = self._span(node.start_byte, node.end_byte)
        return Problem(span, node.type, node.is_named) if node.is_missing else Problem(span)

    def rows(self) -> Iterator[TreeRow]:
        """All nodes, each before those in it."""
        waiting = [(0, self._parsed.root)]
        while waiting:
            depth, node = waiting.pop()
            span = self._span(node.start_byte, node.end_byte)
            wrong = node.is_error or node.is_missing
            yield TreeRow(depth, node.type, span, named=node.is_named, wrong=wrong)
            waiting.extend((depth + 1, child) for child in reversed(node.children))

    def _span(self, start: int, end: int) -> Span:
        return Span(self._parsed.offset_at(start), self._parsed.offset_at(end))


def _is_broken(member: Member) -> bool:
    return member.broken


def _divides(damaged: Node, byte: int) -> bool:
    """Whether no lexeme in a damaged node goes over a byte, but such as have lost their end."""
    leaf = damaged.descendant_for_byte_range(byte, byte + 1)
    over = leaf is not None and not leaf.child_count and leaf.start_byte < byte < leaf.end_byte
    return leaf is None or not over or leaf.end_byte - leaf.start_byte > _LOST


def _begins_list(whole: Node, node: Node) -> bool:
    """Whether a node is a beginning of a list that is nested in itself, and no operand beside another."""
    if (whole.type, whole.start_byte) != (node.type, node.start_byte):
        return False
    return sum(child.type == node.type for child in whole.named_children) == 1


def _is_wordlike(character: str) -> bool:
    return character.isalnum() or character in "_$"
