"""What decoding at a place may need: decoder and oracle, what may stand again, place and hole grammars.

Where a cursor rests, decoder and place can be made ready before a letter is typed. A hole grammar takes
longer than all else, but is seldom needed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from operator import attrgetter

from lsp_server.cache import LruCache
from lsp_server.constraint import CursorState, Grammar, Prefix, hole_grammar, load_grammar
from lsp_server.constraint.pushed import pushed_in
from lsp_server.decoding import Ahead, Decoder, MaskGrammar, Model, Vocabulary, heal_start
from lsp_server.features.placing import CursorPlace, likely_place, place_of
from lsp_server.languages import Language
from lsp_server.names.places import places_of
from lsp_server.repair import RepairingOracle
from lsp_server.syntax import Landmarks
from lsp_server.text import Span

_decoders: LruCache[Vocabulary, Decoder] = LruCache(4)

_known_as_a_whole = attrgetter("table.dead", "table.entered", "after", "accepted_in", "opening", "over_lines")
"""What is worked out of a grammar where it is first asked for, and kept."""

_MOST_RESUMED = 4
"""So many elements after a cursor are looked for by one who reads on there."""

_NEAR = 60_000
"""What stands so many characters away may stand here again."""


def forget_models() -> None:
    """Let go of the models that were used last, and of what was made for them."""
    _decoders.clear()


def decoder_of(model: Model) -> Decoder:
    """The decoder of a model; the last few are kept, since each sorts its model's whole vocabulary.

    A model has one vocabulary, whichever adapter it wears.
    """
    return _decoders.get(model.vocabulary, lambda: Decoder(model)).of(model)


def sources_at(text: str, gap: Span, beside: Sequence[str] | None) -> tuple[str, list[str]]:
    """What stands before a gap in a text, and the other texts, of all of which parts may stand in it again.

    They are `before` and `others` of a `Task`: those first that count most, all empty where `beside` is None.
    """
    if beside is None:
        return "", []
    others = [text[gap.end : gap.end + _NEAR], *(other[:_NEAR] for other in beside)]
    return text[max(0, gap.start - _NEAR) : gap.start], others


def holes_at(language: Language, text: str, place: CursorPlace) -> Iterator[MaskGrammar]:
    """The hole as it is seen from the state farther back, then as it is seen from the cursor.

    The former serves at every cursor that is reached by typing on, so that nothing has to be compiled. What
    stands already may not fit it, since it looks at as much of the right context as fits farther back.
    """
    for state in (place.base, place.state):
        if state is not None:
            grammar, lead = load_grammar(language), text[state.offset : place.heal]
            hole = hole_grammar(grammar, state, place.windows, lead, place.state.lines)
            yield MaskGrammar(hole.text, lead, hole.relaxation)


def left_holes_at(language: Language, text: str, place: CursorPlace) -> Iterator[MaskGrammar]:
    """The hole as it is seen from both states where nothing that stands after the cursor counts."""
    for state in (place.base, place.state):
        if state is not None:
            hole = hole_grammar(load_grammar(language), state, ())
            yield MaskGrammar(hole.text, text[state.offset : place.heal], 0)


def ahead_at(
    language: Language,
    text: str,
    offset: int,
    place: CursorPlace,
    first: Callable[[CursorState], Mapping[str, str]],
    *,
    multiline: bool,
    most: int,
) -> Ahead:
    """What a model that writes whole texts is asked for at a cursor.

    Within a word the grammar of the hole does not say what may follow its letters: there is none then. A sign
    that stands before the cursor is taken to be whole.

    Args:
        language: of the text.
        text: the document.
        offset: the cursor.
        place: what is known of it.
        first: tells the texts that may come first after a state (see `hole_grammar`).
        multiline: whether several lines are wanted.
        most: so many tokens at most.

    """
    hole, grammar = Span(place.heal, offset), load_grammar(language)
    state: CursorState | None = place.state
    if text[place.state.offset : offset].strip():
        state = _behind_sign(grammar, text, place.state)
    if state is None:
        return Ahead(text, hole, offset, language.id, None, multiline, most)
    made = hole_grammar(grammar, state, place.windows, first=first(state))
    return Ahead(text, hole, state.offset, language.id, made.text, multiline, most)


def _behind_sign(grammar: Grammar, text: str, state: CursorState) -> CursorState | None:
    """The state right at a cursor, if a sign without letters ends there."""
    last = state.read[-1] if state.read else None
    if last is None or last.end != state.cursor:
        return None
    sign = grammar.terminals[last.terminal].word
    is_plain = sign is not None and not re.search(grammar.language.word, sign)
    return replace(state, offset=state.cursor, stack=state.here) if is_plain else None


def oracle_at(
    prefix: Prefix, landmarks: Landmarks, offset: int, place: CursorPlace, stopped: Callable[[], bool]
) -> RepairingOracle:
    """What judges texts at the place of a cursor; prefix and landmarks are of the same text."""
    resumed = _resumes(landmarks, offset)
    return RepairingOracle(prefix.grammar, prefix.text, place.ways, lambda: place.windows, resumed, stopped)


def _resumes(landmarks: Landmarks, offset: int) -> Iterator[int]:
    """Where the next few elements after a cursor begin; none where something may be wrong after it.

    What follows there is known to be read as it was, whatever was typed at the cursor.
    """
    known = landmarks.soundest
    start = known.next_element(offset)
    if start is None or known.has_error_after(start):
        return
    for _ in range(_MOST_RESUMED):
        if start is None:
            return
        yield start
        start = known.next_element(start + 1)


def learn(language: Language) -> None:
    """Find out now what is to be known of a grammar as a whole, and is found out on first use otherwise."""
    grammar = load_grammar(language)
    grammar.table.settled(grammar.table.start())
    _known_as_a_whole(grammar)
    pushed_in(grammar)
    places_of(language)


def settle(landmarks: Landmarks, prefix: Prefix, offset: int, model: Model) -> CursorPlace | None:
    """Make ready the decoder of a model, and the place of a cursor, if something can be suggested there.

    What was read for that is kept in `prefix`. The model is not asked for anything.
    """
    decoder_of(model)
    heal = heal_start(prefix.text, offset)
    place = (place_of if landmarks.known else likely_place)(prefix, landmarks, offset, heal)
    return place if isinstance(place, CursorPlace) else None
