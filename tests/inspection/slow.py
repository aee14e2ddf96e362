"""A small grammar that takes for ever: its item sets are the sets of the rules that may still be meant."""

from __future__ import annotations


def slow_grammar(rules: int = 18) -> str:
    """A grammar of two to the power of so many item sets."""
    lists = "".join(
        f"r{i}: {' | '.join(f'A{j} r{i}' for j in range(rules) if j != i)} | B{i}\n" for i in range(rules)
    )
    terminals = "".join(f'A{i}: "a{i}x"\nB{i}: "b{i}x"\n' for i in range(rules))
    return f"start: {' | '.join(f'r{i}' for i in range(rules))}\n{lists}{terminals}"
