"""`language.toml` of a new bundle: what is known of a language from its terminals and rules alone."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise

from lsp_server.authoring.forms import Forms
from lsp_server.inspection.roles import MIRRORED, Role, comment_marks, reads, sigil_of
from lsp_server.lalr.regex import to_source
from lsp_server.languages import Indentation, Language, LarkOptions, may_trigger

_PLAIN = LarkOptions()
_WORD = r"\w+"
_WORDS_COUNTED = (Role.WORD, Role.CONSTANT)
_JOINING = frozenset(".")
_COMMENTED = {
    "triggers": "signs that a name follows at once: after them a list opens by itself",
    "word": "what an editor selects as one word",
    "closed": "names that must be declared, and how far away at most",
    "untold": "of those, names that the language brings: examples may not have all",
    "starts": "with which rules files of other names begin",
    "outside": "text that is not in the language",
}


@dataclass(frozen=True, slots=True)
class Manifest:
    """What goes into `language.toml`."""

    id: str
    name: str
    extensions: tuple[str, ...]
    filenames: tuple[str, ...]
    start: str
    starts: Mapping[str, str]
    word: str
    triggers: tuple[str, ...]
    brackets: tuple[tuple[str, str], ...]
    line_comments: tuple[str, ...]
    block_comments: tuple[tuple[str, str], ...]
    ignore_case: bool
    quotes: tuple[str, ...]
    sigils: tuple[str, ...]
    closed: Mapping[str, str]
    indentation: Indentation | None = None
    lark: LarkOptions = _PLAIN
    outside: tuple[str, ...] = ()
    untold: tuple[str, ...] = ()

    def text(self) -> str:
        """The file."""
        rows = [
            f"id = {_toml(self.id)}",
            f"name = {_toml(self.name)}",
            f"extensions = {_toml(self.extensions)}",
            *([f"filenames = {_toml(self.filenames)}"] if self.filenames else []),
            f"start = {_toml(self.start)}",
            *([_commented("starts", self.starts)] if self.starts else []),
            *([_commented("outside", self.outside)] if self.outside else []),
            _commented("word", self.word),
            _commented("triggers", self.triggers),
            *([f"brackets = {_toml(self.brackets)}"] if self.brackets else []),
        ]
        comment = _table("comment", line=self.line_comments, block=self.block_comments)
        names = {"ignore_case": self.ignore_case, "quotes": self.quotes, "sigils": self.sigils}
        naming = _table("naming", **names)
        if self.closed:
            naming = [*(naming or ["", "[naming]"]), _commented("closed", self.closed)]
        if self.untold:
            naming.append(_commented("untold", self.untold))
        blocks = [] if self.indentation is None else _table("indentation", **asdict(self.indentation))
        return "\n".join([*rows, *comment, *naming, *blocks, *_lark(self.lark)]) + "\n"


def manifest(forms: Forms, language: Language, closed: Mapping[str, str]) -> Manifest:
    """What the manifest of a language says, of which id, name, files, start and indentation are known.

    `closed` are the kinds of names that are declared, and how far away at most.
    """
    grammar = forms.grammar
    terminals = [grammar.terminals[n] for n, role in forms.roles.items() if role is Role.COMMENT]
    lines, blocks = comment_marks(terminals)
    names = [grammar.terminals[n] for n, role in forms.roles.items() if role is Role.NAME]
    return Manifest(
        language.id,
        language.name,
        language.extensions,
        language.filenames,
        language.start,
        language.starts,
        _word(forms),
        _triggers(forms),
        _brackets(forms),
        tuple(lines),
        tuple(blocks),
        _ignores_case(forms),
        forms.quoted_names,
        tuple(dict.fromkeys(sigil for sigil in map(sigil_of, names) if sigil)),
        closed,
        language.indentation,
        language.lark,
        language.outside,
    )


def builtins(brought: Mapping[str, Mapping[str, int]], examples: int) -> str:
    """The file of the names that a language brings, by space: each with how many examples it is in."""
    lines = ["# Names that several examples use and none declares. Say in a sentence what each of them is."]
    for space, names in brought.items():
        told = (f'{_key(name)} = "In {count} of {examples} examples."' for name, count in names.items())
        lines += ["", f"[{_key(space)}]", *told]
    return "\n".join(lines) + "\n"


def _lark(options: LarkOptions) -> list[str]:
    """The table of the options for Lark that are not as they are else."""
    usual = _PLAIN
    keys = {
        "parser": (options.parser, usual.parser),
        "lexer": (options.lexer, usual.lexer),
        "g_regex_flags": (options.flags, usual.flags),
        "keep_all_tokens": (options.keep_all_tokens, usual.keep_all_tokens),
    }
    rows = [f"{key} = {_toml(value)}" for key, (value, plain) in keys.items() if value != plain]
    return ["", "[lark]", *rows] if rows else []


def _word(forms: Forms) -> str:
    """The expression of the terminal that reads the most fixed words, and so is what names are written in."""
    readers = forms.grammar.lexicon.readers
    words = [word for word, role in forms.roles.items() if role in _WORDS_COUNTED]
    counts = {
        name: sum(name in readers.get(word, ()) for word in words)
        for name, role in forms.roles.items()
        if role is Role.NAME and not sigil_of(forms.grammar.terminals[name])
    }
    if not counts:
        return _WORD
    most = max(counts, key=lambda name: counts[name])
    terminal = forms.grammar.terminals[most]
    flagged = terminal.pattern.startswith("(?") and not terminal.pattern.startswith("(?:")
    return to_source(terminal.node) if flagged else terminal.pattern


def _triggers(forms: Forms) -> tuple[str, ...]:
    """Signs that a name follows at once: those that it begins with, and those that join it to its owner.

    Other signs may end a line, and after those Enter would take what the list has first.
    """
    names = (forms.grammar.terminals[n] for n, role in forms.roles.items() if role is Role.NAME)
    sigils = {sign for name in names if (sign := sigil_of(name))}
    joining = {
        text
        for form in forms.all
        for part, following in pairwise(form.parts)
        if (text := forms.text(part)) in _JOINING and forms.role(following) is Role.NAME
    }
    return tuple(sorted(sign for sign in sigils | joining if may_trigger(sign)))


def _brackets(forms: Forms) -> tuple[tuple[str, str], ...]:
    """The pairs of signs around something in some form; angle brackets only if they are nothing else."""
    found: dict[tuple[str, str], None] = {}
    alone: set[str] = set()
    for form in forms.all:
        texts = [text for text in map(forms.text, form.parts) if text is not None]
        for text in texts:
            closer = "".join(MIRRORED.get(sign, sign) for sign in reversed(text))
            if closer != text and set(text) <= MIRRORED.keys() | set("%#$@|?"):
                if closer in texts[texts.index(text) + 1 :]:
                    found[text, closer] = None
                else:
                    alone.add(text)
    free = [terminal for terminal in forms.grammar.terminals.values() if terminal.word is None]
    alone.update(text for text, _ in found if any(reads(terminal, text) for terminal in free))
    return tuple(pair for pair in found if pair[0] not in alone or pair[0] in "([{")


def _ignores_case(forms: Forms) -> bool:
    """Whether names are alike in capitals or not: where most words are, names are as a rule."""
    words = [forms.grammar.terminals[name] for name, role in forms.roles.items() if role is Role.WORD]
    return bool(words) and 2 * sum(terminal.fold for terminal in words) > len(words)


def _commented(key: str, value: object) -> str:
    return f"{key} = {_toml(value)}  # {_COMMENTED[key]}"


def _table(name: str, **values: object) -> list[str]:
    rows = [f"{key} = {_toml(value)}" for key, value in values.items() if value]
    return ["", f"[{name}]", *rows] if rows else []


def _toml(value: object) -> str:
    """A value in TOML; a text with backslashes as it stands, if that can be."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        literal = "\\" in value and "'" not in value and not re.search(r"[\x00-\x1f\x7f]", value)
        return f"'{value}'" if literal else json.dumps(value, ensure_ascii=False).replace("\x7f", r"\u007f")
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Mapping):
        return f"{{ {', '.join(f'{_key(key)} = {_toml(inner)}' for key, inner in value.items())} }}"
    assert isinstance(value, Sequence)
    return f"[{', '.join(map(_toml, value))}]"


def _key(key: str) -> str:
    return key if re.fullmatch(r"[\w-]+", key, re.ASCII) else _toml(key)
