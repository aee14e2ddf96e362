"""Writes what follows from bundles and settings of the server: `python vscode-client/generate.py`.

That is, in package.json, languages, TextMate grammars and settings; the files that these name; and the
tables of README.md. A test fails where anything of it is not as it would be written.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent
sys.path.insert(0, str(ROOT.parent))

from lsp_server.editors import textmate, vscode  # noqa: E402
from lsp_server.editors.terminals import terminals  # noqa: E402
from lsp_server.languages import Language, bundled_directory, load_registry  # noqa: E402
from lsp_server.server.configuration.settings import OWN, settings_schema  # noqa: E402

MANIFEST = ROOT / "package.json"
README = ROOT / "README.md"
PART = re.compile(r"(<!-- (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)

OURS: Mapping[str, Mapping[str, Any]] = {
    "holegram.server.path": {
        "type": "string",
        "default": "",
        "description": "Absolute path of the holegram command. If empty, Holegram looks in your Python "
        "environment, on PATH, and where Install Server put it.",
        "scope": "machine",
    },
    "holegram.server.source": {
        "type": "string",
        "default": "",
        "description": "What Install Server installs with pip: the path of a wheel, or the name of a "
        "package. If empty, the package holegram.",
        "scope": "machine",
    },
}
"""Settings of the extension itself."""


def bundled() -> tuple[Language, ...]:
    """The languages that come with the product, none of the user's own."""
    known = load_registry().languages
    return tuple(language for language in known if language.directory.parent == bundled_directory())


def files() -> dict[Path, str]:
    """All that is generated, by where it belongs."""
    known = bundled()
    manifest = with_contributions(json.loads(MANIFEST.read_text("utf-8")), known)
    written = {MANIFEST: _json(manifest), README: with_tables(README.read_text("utf-8"), manifest)}
    for language in known:
        lexemes, enclosed, islands = terminals(language)
        folder, scope = ROOT / "languages", vscode.scope_of(language)
        highlighting = textmate.grammar(language, lexemes, enclosed, scope, islands)
        configuration = vscode.language_configuration(
            language, textmate.quotes_of(language, lexemes, enclosed), enclosed
        )
        written[folder / f"{language.id}.tmLanguage.json"] = _json(highlighting)
        written[folder / f"{language.id}.json"] = _json(configuration)
        written[ROOT / "icons" / f"{language.id}.svg"] = vscode.file_icon(language)
    written[ROOT / "languages" / "aliases.json"] = _json(_aliases(known))
    return written


def with_contributions(manifest: dict[str, Any], known: tuple[Language, ...]) -> dict[str, Any]:
    """The manifest with what it contributes as it should be."""
    settings = {**OURS, **vscode.configuration(settings_schema(), OWN)}
    fixed = [name for name, field in settings.items() if field["scope"] == "machine"]
    manifest["capabilities"]["untrustedWorkspaces"]["restrictedConfigurations"] = fixed
    # A file of a user's own bundle is plain text to the editor; languages of its own need not be named here.
    followed = ("plaintext", *_aliases(known))
    manifest["activationEvents"] = [f"onLanguage:{language}" for language in followed]
    manifest["contributes"] |= {
        "languages": vscode.languages(known),
        "grammars": vscode.grammars(known),
        "configurationDefaults": vscode.defaults(known),
        "configuration": {"title": "Holegram", "properties": settings},
    }
    return manifest


def _aliases(known: tuple[Language, ...]) -> list[str]:
    return sorted(alias for language in known for alias in language.aliases)


def with_tables(text: str, manifest: Mapping[str, Any]) -> str:
    """The text of the README with its tables as they should be; a part of another name is somebody else's."""
    parts = {"commands": _commands, "settings": _settings, "languages": _languages}

    def written(part: re.Match[str]) -> str:
        rows = parts[part[2]](manifest["contributes"]) if part[2] in parts else None
        return part[0] if rows is None else "".join((part[1], *rows, part[3]))

    return PART.sub(written, text)


def _commands(contributes: Mapping[str, Any]) -> Iterator[str]:
    yield "| command | id |\n| --- | --- |\n"
    for command in contributes["commands"]:
        yield f"| {command['category']}: {command['title']} | `{command['command']}` |\n"


def _settings(contributes: Mapping[str, Any]) -> Iterator[str]:
    yield "| setting | default | what it does |\n| --- | --- | --- |\n"
    for name, field in contributes["configuration"]["properties"].items():
        default = "" if field["default"] in (None, [], "") else f"`{json.dumps(field['default'])}`"
        values = ", ".join(f"`{value}`" for value in field.get("enum", ()))
        yield f"| `{name}` | {default} | {field['description']}{f' One of {values}.' if values else ''} |\n"


def _languages(contributes: Mapping[str, Any]) -> Iterator[str]:
    yield "| language | id | files |\n| --- | --- | --- |\n"
    for language in contributes["languages"]:
        claims = " ".join(f"`{claim}`" for claim in language["extensions"] + language.get("filenames", []))
        yield f"| {language['aliases'][0]} | `{language['id']}` | {claims} |\n"


def _json(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    for path, text in files().items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
