"""The settings of a server: one frozen model from which reading, checking and the JSON schema follow.

Knows nothing of the protocol. Settings come from two places. What an editor sends when it starts the
server is the user's own; what it sends later may stem from a workspace, which must not decide what
code is loaded or what is fetched, so a few settings are taken from the first place only.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from enum import StrEnum
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, WithJsonSchema
from pydantic.alias_generators import to_camel
from pydantic.json_schema import GenerateJsonSchema

from lsp_server.features.eagerness import Eagerness
from lsp_server.names.strictness import Strictness

SECTION = "holegram"
"""The section under which an editor keeps these settings."""

OWN = frozenset({"bundles", "catalogues", "examples", "model", "parsers"})
"""Settings that only the user's own start-up options can set."""


SERVER = OWN | {"adapters", "threads", "maxMemoryMb", "unloadAfterMinutes"}
"""Settings that no client of a service can set: those of the server's command line hold for all."""

TOKEN = "token"  # noqa: S105 - its name
"""Where the start-up options of a service's client have its token."""


class DiagnosticsMode(StrEnum):
    """When the errors of a document are looked for."""

    ON_CHANGE = "onChange"
    ON_SAVE = "onSave"


class UnknownNames(StrEnum):
    """How it is told that a name is declared nowhere."""

    OFF = "off"
    HINT = "hint"
    WARNING = "warning"
    ERROR = "error"


def _absolute(path: Path) -> Path:
    expanded = path.expanduser()
    if not expanded.is_absolute():
        raise ValueError("write an absolute path")
    return expanded


_Lax = Field(strict=False)
_Path = Annotated[Path, _Lax, AfterValidator(_absolute), WithJsonSchema({"type": "string"})]


_Module = Annotated[str, Field(pattern=r"^tree_sitter_\w+$")]


_AdapterName = Annotated[str, Field(pattern=r"^[a-z0-9]([a-z0-9._-]{0,62}[a-z0-9])?$")]
"""A name, never a path: a workspace may say which of the user's own adapters is used, not what is read."""


class _Group(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, alias_generator=to_camel)


class CompletionSettings(_Group):
    """Settings of suggestions."""

    enabled: bool = Field(default=True, description="Suggest code while you type, and when you ask for it.")
    eagerness: Annotated[Eagerness, _Lax] = Field(
        default=Eagerness.BALANCED,
        description="How readily suggestions are shown while you type. subtle: only when you ask with a key. "
        "balanced: when they are probably right. eager: more often, and more of them are wrong.",
    )
    names: Annotated[Strictness, _Lax] = Field(
        default=Strictness.PREFER,
        description="Whether suggestions may refer to names that are declared nowhere, such as a variable. "
        "off: they may. prefer: not where the names that you use yourself are declared. require: "
        "never, where the language wants all such names declared.",
    )
    off: Annotated[tuple[str, ...], _Lax] = Field(
        default=(),
        description="Languages and files without suggestions: ids of languages, and patterns of paths such "
        "as **/generated/*.sql.",
    )
    timeout_ms: int = Field(
        default=3_000,  # Who has typed nothing for so long looks at something else.
        ge=0,
        le=600_000,
        description="How long a suggestion may take, in milliseconds. Then the best text found so far is "
        "shown. A suggestion that you ask for with a key may take a quarter longer. 0 means no limit.",
    )

    def are_off(self, language: str, path: Path) -> bool:
        """Whether nothing is suggested in a file, whoever asks."""
        return not self.enabled or any(
            language == where
            or fnmatchcase(path.as_posix(), where)
            or fnmatchcase(path.as_posix(), f"*/{where}")
            for where in self.off
        )


class Settings(_Group):
    """All settings, each with its default."""

    diagnostics: Annotated[DiagnosticsMode, _Lax] = Field(
        default=DiagnosticsMode.ON_CHANGE,
        description="When to look for errors: after each change, or only when you save.",
    )
    debounce_ms: int = Field(
        default=100,
        ge=0,
        le=10_000,
        description="How long to wait after a change before looking for errors, in milliseconds.",
    )
    unknown_names: Annotated[UnknownNames, _Lax] = Field(
        default=UnknownNames.WARNING,
        description="How to show a name that is declared nowhere, where all such names must be declared and "
        "your files declare the others.",
    )
    completion: CompletionSettings = Field(
        default=CompletionSettings(),
        description="Suggestions: grey ghost text, and entries of the completion list.",
    )
    max_tokens: int = Field(
        default=48,
        ge=1,
        le=1024,
        description="The longest suggestion, in tokens of the model: short words, or parts of words.",
    )
    model: str | None = Field(
        default=None,
        min_length=1,
        description="The model that writes suggestions: the path of a folder or a .gguf file, a name on the "
        "Hugging Face hub, or vllm:URL#NAME on a server of your own, to which your text is then sent. If not "
        "set, the small model that comes with Holegram.",
    )
    adapters: dict[str, _AdapterName] = Field(
        default={},
        description="Adapters, made by `holegram tune`, for suggestions in your own style: the name of one "
        "by the id of a language, the absolute path of a folder, or * for all. none is the model as it is.",
    )
    bundles: Annotated[tuple[_Path, ...], _Lax] = Field(
        default=(), description="Folders with languages of your own (bundles), as absolute paths."
    )
    catalogues: Annotated[tuple[_Path, ...], _Lax] = Field(
        default=(),
        description="Files that tell of names (catalogues), or folders of such files, as absolute paths. "
        "Those in the folder .holegram/catalogue of a workspace are read as well.",
    )
    examples: Annotated[tuple[_Path, ...], _Lax] = Field(
        default=(),
        description="Folders with docs (Markdown) and examples of your languages, as absolute paths: "
        "suggestions are written after them.",
    )
    parsers: Annotated[tuple[_Module, ...], _Lax] = Field(
        default=(),
        description="Installed modules of tree-sitter parsers (native code) that your own languages may "
        "load, such as tree_sitter_json. Without them, trees are made with the grammar of the language.",
    )
    unload_after_minutes: int = Field(
        default=30,
        ge=0,
        le=10_080,
        description="Remove the model from memory after this many minutes without a request. The next "
        "suggestion loads it again. 0 keeps it in memory.",
    )
    max_memory_mb: int | None = Field(
        default=None,
        ge=1,
        description="The most memory that the server may use, in megabytes. Above it the model is removed "
        "from memory until the next "
        "suggestion, and for good if it does not fit. If not set, no limit. Linux only.",
    )
    threads: int | None = Field(
        default=None,
        ge=1,
        le=256,
        description="How many threads the model uses. If not set, one for each core, at most four. One core "
        "is left to the editor if there are two or more.",
    )


class _Untitled(GenerateJsonSchema):
    """A schema whose fields have no titles, for those would repeat their names."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def settings_schema() -> dict[str, Any]:
    """The JSON schema of the settings, under the names that an editor uses."""
    dialect = {"$schema": GenerateJsonSchema.schema_dialect}
    return dialect | Settings.model_json_schema(by_alias=True, schema_generator=_Untitled)


def overlay(base: Settings, values: object, *, own: bool) -> tuple[Settings, tuple[str, ...]]:
    """The settings that result when values from outside are laid over a base.

    A value that is unknown, wrong or not allowed is left out; `null` stands for a value that is not set.

    Args:
        base: settings for whatever `values` does not set.
        values: what came from outside; should be an object of JSON.
        own: whether the values are certainly the user's own, not a workspace's.

    Returns:
        The settings, and one line for each value that was left out.

    """
    if values is None:
        return base, ()
    if not isinstance(values, Mapping):
        return base, ("the settings are not a JSON object: ignored",)
    given = _without_nulls(values)
    complaints = []
    if not own:
        for key in sorted(OWN & given.keys()):
            complaints.append(f"setting '{key}' can only be set in your own start-up options: ignored")
            del given[key]
    start = base.model_dump(by_alias=True)
    while True:
        try:
            return Settings.model_validate(_merge(start, given)), tuple(complaints)
        except ValidationError as error:
            complaints += [
                _explain(problem["type"], problem["msg"], problem["loc"])
                for problem in error.errors()
                if _drop(given, problem["loc"])
            ]


def _without_nulls(values: Mapping[Any, Any]) -> dict[str, Any]:
    return {
        str(key): _without_nulls(value) if isinstance(value, Mapping) else value
        for key, value in values.items()
        if value is not None
    }


def _merge(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in over.items():
        below = merged.get(key)
        if isinstance(below, Mapping) and isinstance(value, Mapping):
            value = _merge(below, value)
        merged[key] = value
    return merged


def _drop(values: dict[str, Any], place: tuple[int | str, ...]) -> bool:
    """Remove the innermost value that an error's place names; false if it is gone already."""
    key = place[0]
    if not isinstance(key, str) or key not in values:
        return False
    inner = values[key]
    if len(place) > 1 and isinstance(inner, dict):
        return _drop(inner, place[1:])
    del values[key]
    return True


def _explain(kind: str, message: str, place: tuple[int | str, ...]) -> str:
    name = ".".join(str(part) for part in place)
    if kind != "extra_forbidden":
        return f"setting '{name}': {message.removeprefix('Value error, ')}: ignored"
    known = CompletionSettings.model_fields if place[0] == "completion" else Settings.model_fields
    near = difflib.get_close_matches(str(place[-1]), [to_camel(field) for field in known], n=1)
    hint = f" (did you mean '{near[0]}'?)" if near else ""
    return f"unknown setting '{name}'{hint}: ignored"
