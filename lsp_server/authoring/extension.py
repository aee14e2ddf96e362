"""A VS Code extension for a language: what it contributes, as files, and all of it packaged.

A .vsix is a zip file with a manifest of its own (`extension.vsixmanifest`) and the extension in a folder.
Made of the same bundle it is the same, byte for byte. The extension brings no server: it depends on ours,
which it wakes up where a file of the language is opened. That takes one line of code, since VS Code
activates nothing that has none.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from xml.sax.saxutils import escape, quoteattr

from lsp_server.editors import textmate, vscode
from lsp_server.editors.terminals import terminals
from lsp_server.languages import Language

OURS = "holegram.holegram"
"""The id of our own extension."""

_PUBLISHER = "holegram-bundles"
_VERSION = "0.1.0"
_ENGINE = "^1.91.0"
_MAIN = "exports.activate = () => undefined;\n"
_EPOCH = (1980, 1, 1, 0, 0, 0)
_TYPES = {
    "json": "application/json",
    "js": "application/javascript",
    "md": "text/markdown",
    "svg": "image/svg+xml",
}

_VSIX = """<?xml version="1.0" encoding="utf-8"?>
<PackageManifest Version="2.0.0" xmlns="http://schemas.microsoft.com/developer/vsx-schema/2011">
  <Metadata>
    <Identity Language="en-US" Id={id} Version={version} Publisher={publisher} />
    <DisplayName>{name}</DisplayName>
    <Description xml:space="preserve">{description}</Description>
    <Tags>{tags}</Tags>
    <Categories>Programming Languages</Categories>
    <Properties>
      <Property Id="Microsoft.VisualStudio.Code.Engine" Value={engine} />
      <Property Id="Microsoft.VisualStudio.Code.ExtensionDependencies" Value={depends} />
      <Property Id="Microsoft.VisualStudio.Code.ExtensionKind" Value="workspace" />
    </Properties>
  </Metadata>
  <Installation>
    <InstallationTarget Id="Microsoft.VisualStudio.Code" />
  </Installation>
  <Dependencies />
  <Assets>
    <Asset Type="Microsoft.VisualStudio.Code.Manifest" Path="extension/package.json" Addressable="true" />
    <Asset Type="Microsoft.VisualStudio.Services.Content.Details" Path="extension/README.md"
      Addressable="true" />
  </Assets>
</PackageManifest>
"""


def extension_files(language: Language) -> dict[str, str]:
    """The files of the extension for a language, by their paths in it.

    Raises:
        GrammarError: the grammar of the language cannot be used.

    """
    lexemes, enclosed, islands = terminals(language)
    quotes = textmate.quotes_of(language, lexemes, enclosed)
    highlighting = textmate.grammar(language, lexemes, enclosed, vscode.scope_of(language), islands)
    return {
        "package.json": _json(_manifest(language)),
        "README.md": _readme(language),
        "extension.js": _MAIN,
        f"languages/{language.id}.json": _json(vscode.language_configuration(language, quotes, enclosed)),
        f"languages/{language.id}.tmLanguage.json": _json(highlighting),
        f"icons/{language.id}.svg": vscode.file_icon(language),
    }


def packaged(language: Language, files: Mapping[str, str]) -> bytes:
    """The files of an extension as a .vsix."""
    manifest = _VSIX.format(
        id=quoteattr(_id(language)),
        version=quoteattr(_VERSION),
        publisher=quoteattr(_PUBLISHER),
        name=escape(language.name),
        description=escape(_description(language)),
        tags=escape(",".join((language.id, *(f"__ext_{one.lstrip('.')}" for one in language.extensions)))),
        engine=quoteattr(_ENGINE),
        depends=quoteattr(OURS),
    )
    members = {
        "extension.vsixmanifest": manifest,
        "[Content_Types].xml": _content_types(files),
        **{f"extension/{name}": text for name, text in files.items()},
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            entry.create_system = 3
            archive.writestr(entry, text.encode())
    return stream.getvalue()


def _manifest(language: Language) -> dict[str, object]:
    return {
        "name": _id(language),
        "displayName": language.name,
        "description": _description(language),
        "version": _VERSION,
        "publisher": _PUBLISHER,
        "engines": {"vscode": _ENGINE},
        "categories": ["Programming Languages"],
        "extensionKind": ["workspace"],
        "extensionDependencies": [OURS],
        "main": "./extension.js",
        "activationEvents": [f"onLanguage:{language.id}"],
        "capabilities": {"untrustedWorkspaces": {"supported": True}, "virtualWorkspaces": True},
        "contributes": {
            "languages": vscode.languages((language,)),
            "grammars": vscode.grammars((language,)),
            "configurationDefaults": vscode.defaults((language,)),
        },
    }


def _id(language: Language) -> str:
    return f"holegram-{language.id}"


def _description(language: Language) -> str:
    return f"{language.name}: files, brackets and highlighting; all else comes from Holegram."


def _readme(language: Language) -> str:
    files = " ".join(f"`*{extension}`" for extension in language.extensions)
    return (
        f"# {language.name}\n\nTells VS Code of {files}. Errors, completions, outline and renaming\n"
        "come from the extension Holegram, with the bundle of this language on this machine.\n"
    )


def _content_types(files: Mapping[str, str]) -> str:
    """What kinds of files there are, by extension."""
    kinds = sorted({name.rpartition(".")[2] for name in files})
    rows = "".join(f'<Default Extension=".{kind}" ContentType="{_TYPES[kind]}" />' for kind in kinds)
    rows += '<Default Extension=".vsixmanifest" ContentType="text/xml" />'
    namespace = "http://schemas.openxmlformats.org/package/2006/content-types"
    return f'<?xml version="1.0" encoding="utf-8"?>\n<Types xmlns="{namespace}">{rows}</Types>\n'


def _json(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
