"""What is kept of grammars that were loaded, and for how long."""

from __future__ import annotations

import gc
import weakref

from lsp_server.lalr.loading import forget_grammars, load_grammar
from lsp_server.syntax import parse
from tests.constraint.small import small_language


def test_a_grammar_that_is_changed_again_and_again_takes_the_room_of_one() -> None:
    known = list[weakref.ref[object]]()
    for number in range(3):
        language = small_language(f'start: "{"a" * (number + 1)}"+\n%ignore " "\n')
        parse(language, "a aa aaa")
        known.append(weakref.ref(load_grammar(language)))
        del language
        forget_grammars()
    load_grammar(small_language('start: "b"\n'))
    gc.collect()
    assert [one() for one in known] == [None, None, None]
