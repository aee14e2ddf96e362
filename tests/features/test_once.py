"""What may stand only once is looked for among all that stands near, however much that is."""

from __future__ import annotations

from lsp_server.features.once import said_again
from lsp_server.syntax import parse
from lsp_server.text import Span
from tests.features.completing import language_of
from tests.work import calls


def test_to_look_for_what_stands_already_takes_four_times_as_long_among_four_times_as_many() -> None:
    def work(count: int) -> int:
        new = "type A { b: C }\n"
        tree = parse(language_of("graphql"), new + "type D { e: }\n" * count)
        said_again(tree, Span(0, len(new)))
        return calls(lambda: said_again(tree, Span(0, len(new))))

    assert work(1_200) < 6 * work(300)
