"""Writes the table of ranks anew: `python -m tests.eval`."""

from __future__ import annotations

from tests.eval.ranks import TABLE, mean_reciprocal_ranks, measure, table

if __name__ == "__main__":
    ranks = measure()
    TABLE.write_text(table(ranks), "utf-8")
    for language, mean in mean_reciprocal_ranks(ranks).items():
        print(f"{language} {mean:.3f}")
