"""Prompts: order of the parts, the cut to the window, and a cut that stays put while the user types."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsp_server.errors import ModelError
from lsp_server.models.formats import format_of
from lsp_server.models.prompting import RESERVE, PromptRule, guess_rule, read_rule
from lsp_server.text import Span

OWN = PromptRule(
    window=512,
    suffix_tokens=96,
    prefix=(2001,),
    suffix=(2002,),
    suffix_first=True,
    languages={"one": 2003, "other": 2004},
    other=(2004,),
)


def encode(text: str) -> list[int]:
    """One id for two characters."""
    return [ord(a) * 7 + ord(b) for a, b in zip(text[::2], text[1::2] + " " * (len(text) % 2), strict=True)]


def built(rule: PromptRule, prefix: str, suffix: str, language: str = "one") -> list[int]:
    return rule.build(encode, prefix + suffix, Span(len(prefix), len(prefix)), language)


def test_the_suffix_comes_first_and_prefix_and_suggestion_are_one_text() -> None:
    assert built(OWN, "ab", "cd") == [2003, 2002, *encode("cd"), 2001, *encode("ab")]


def test_an_unknown_language_is_tagged_other() -> None:
    assert built(OWN, "ab", "", "no such") == [2004, 2002, 2001, *encode("ab")]


def test_a_plain_rule_has_the_prefix_alone() -> None:
    assert built(PromptRule(512, 0, head=(1,)), "ab", "cd") == [1, *encode("ab")]


def test_what_stands_in_the_hole_is_not_told() -> None:
    ids = OWN.build(encode, "ab|half a word|cd", Span(2, 15), "one")
    assert ids == built(OWN, "ab", "cd")


@given(st.text(max_size=3000), st.text(max_size=1000))
def test_a_prompt_leaves_room_for_the_suggestion(prefix: str, suffix: str) -> None:
    assert len(built(OWN, prefix, suffix)) <= OWN.window - RESERVE


@given(st.text(max_size=600), st.text(max_size=1000))
def test_a_prefix_that_fits_is_whole(prefix: str, suffix: str) -> None:
    ids = built(OWN, prefix, suffix)
    assert ids[len(ids) - len(encode(prefix)) :] == encode(prefix)


def test_the_cut_stays_put_for_many_keystrokes() -> None:
    text = "".join(f"line {n} of a long file = value\n" for n in range(400))
    firsts = []
    for end in range(9000, 9600):
        ids = built(OWN, text[:end], "\n}")
        firsts.append(tuple(ids[ids.index(2001) + 1 :][:4]))
    changes = sum(a != b for a, b in pairwise(firsts))
    assert changes <= 4


def test_a_cut_prefix_begins_at_a_line() -> None:
    text = "".join(f"line {n:04} of it\n" for n in range(400))
    seen: list[str] = []

    def spying(part: str) -> list[int]:
        seen.append(part)
        return encode(part)

    OWN.build(spying, text, Span(len(text), len(text)), "one")
    assert seen[-1].startswith("line ")
    assert len(seen[-1]) < 2000  # the work does not grow with the file


# As the cards of the models spell a prompt: P stands for the prefix, S for the suffix.
_QWEN = ("<|fim_prefix|>", "P", "<|fim_suffix|>", "S", "<|fim_middle|>")
_STARCODER = ("<fim_prefix>", "P", "<fim_suffix>", "S", "<fim_middle>")
SPELLED = {
    "Qwen2.5-Coder-0.5B": _QWEN,
    "granite-4.0-350m-base": _QWEN,
    "codegemma-2b": _QWEN,
    "starcoder2-3b": _STARCODER,
    "granite-3b-code-base": _STARCODER,
    "Mellum-4b-base": ("<fim_suffix>", "S", "<fim_prefix>", "P", "<fim_middle>"),
    "CodeLlama-7b": ("\u2581<PRE>", "P", "\u2581<SUF>", "S", "\u2581<MID>"),
    "deepseek-coder-1.3b-base": (
        *("<\uff5cfim\u2581begin\uff5c>", "P", "<\uff5cfim\u2581hole\uff5c>", "S"),
        "<\uff5cfim\u2581end\uff5c>",
    ),
    "Seed-Coder-8B-Base": ("<[fim-suffix]>", "S", "<[fim-prefix]>", "P", "<[fim-middle]>"),
    "Codestral-22B": ("[SUFFIX]", "S", "[PREFIX]", "P"),
}


@pytest.mark.parametrize(("name", "parts"), SPELLED.items())
def test_a_model_is_asked_as_its_family_was_trained(name: str, parts: tuple[str, ...]) -> None:
    ids = {sign: 11 + number for number, sign in enumerate(set(parts) - {"P", "S"})}
    told = {"P": encode("ab"), "S": encode("cd")} | {sign: [index] for sign, index in ids.items()}
    rule = guess_rule(ids.get, (1,), 256, name)
    assert built(rule, "ab", "cd") == [1, *(index for part in parts for index in told[part])]
    found = format_of(ids.__contains__, name)
    assert found is not None
    assert found.spelled("P", "S") == "".join(parts)


def test_a_tokenizer_without_sentinels_is_asked_plainly() -> None:
    assert built(guess_rule(lambda token: None, (), 256), "ab", "cd") == encode("ab")


def rule_file(folder: Path, **changes: object) -> Path:
    content: dict[str, object] = {
        "languages": {"one": "<1>", "other": "<o>"},
        "suffix": "<s>",
        "prefix": "<p>",
        "end": "<e>",
        "window": 512,
        "suffix_tokens": 96,
    }
    path = folder / "holegram.json"
    path.write_text(json.dumps(content | changes))
    return path


IDS = {"<1>": 3, "<o>": 4, "<s>": 5, "<p>": 6, "<e>": 7}


def test_a_rule_is_read_from_beside_the_weights(tmp_path: Path) -> None:
    rule, end = read_rule(rule_file(tmp_path), IDS.get)
    assert end == 7
    assert built(rule, "ab", "cd") == [3, 5, *encode("cd"), 6, *encode("ab")]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"end": "<gone>"}, "the tokenizer has no <gone>"),
        ({"window": "wide"}, "the prompt rule cannot be read"),
        ({"languages": ["one"]}, "the prompt rule cannot be read"),
        ({"languages": {}}, "the prompt rule cannot be read"),
        ({"window": 20}, "the window is too small"),
    ],
)
def test_a_broken_rule_is_one_line_with_a_remedy(
    tmp_path: Path, changes: dict[str, object], message: str
) -> None:
    path = rule_file(tmp_path, **changes)
    with pytest.raises(ModelError, match=message) as caught:
        read_rule(path, IDS.get)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "export the model again" in str(caught.value)


def test_a_missing_rule_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cannot be read"):
        read_rule(tmp_path / "holegram.json", IDS.get)
