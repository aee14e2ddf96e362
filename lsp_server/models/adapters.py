"""Adapters as files: what a small model learnt from somebody's own files, kept apart from the model.

An adapter is a folder in the user's data directory, named as the adapter: low-rank matrices as
safetensors, their settings, in the layout of the library `peft`, and a card that says what they were made
of. Importing this imports no torch. It must not know how a network applies one.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from platformdirs import user_data_path
from pydantic import ConfigDict, TypeAdapter, ValidationError

from lsp_server.errors import DocumentError, ModelError, UsageError
from lsp_server.opening import read_bytes, write_private

CARD, SETTINGS, WEIGHTS = "card.json", "adapter_config.json", "adapter_model.safetensors"
_IN_USE = "in_use.json"
_LARGEST = 256_000_000
"""Bytes of weights: an adapter of rank 16 of a model with seven billion parameters has 80 million."""

_LARGEST_TEXT = 1_000_000
_LARGEST_RANK = 256
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?")
NO_ADAPTER = "none"
"""In place of a name: the model as it is."""


@dataclass(frozen=True, slots=True)
class Card:
    """What an adapter is: of which base, by the SHA-256 of its weights; for which language; made of what,
    when.

    `data` counts files and tokens, and never says what is in them. `figures` are those of a held-out part,
    without the adapter (`before`) and with it (`after`). `weights` is the SHA-256 of the adapter's own.
    """

    __pydantic_config__ = ConfigDict(extra="forbid", strict=True)

    base: str
    base_sha256: str
    language: str
    made: str
    weights: str
    data: Mapping[str, int] = field(default_factory=dict)
    figures: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LoraSettings:
    """Those settings of `peft` that decide what an adapter computes; what is not named here is not taken."""

    r: int
    lora_alpha: float
    target_modules: tuple[str, ...]
    peft_type: str = "LORA"
    task_type: str | None = "CAUSAL_LM"
    bias: str = "none"
    use_dora: bool = False

    @property
    def scale(self) -> float:
        """By what the product of the two matrices is multiplied."""
        return self.lora_alpha / self.r


@dataclass(frozen=True, slots=True)
class Adapter:
    """An adapter that was read and is whole: its weights, as bytes of safetensors, belong to its card."""

    name: str
    card: Card
    settings: LoraSettings
    weights: bytes = field(repr=False)
    folder: Path


def adapters_directory() -> Path:
    """Where a user's adapters are."""
    return user_data_path("holegram", appauthor=False) / "adapters"


def check_name(name: str) -> str:
    """The name, if an adapter may be called so: it becomes a folder's.

    Raises:
        UsageError: it may not.

    """
    if not _NAME.fullmatch(name) or name == NO_ADAPTER or ".." in name:
        shown = name[:80].encode("unicode_escape").decode()
        remedy = "use up to 64 small letters, digits and . _ -, a letter or digit first and last"
        raise UsageError(f"'{shown}' is not a name of an adapter", remedy=remedy)
    return name


def names(directory: Path | None = None) -> tuple[str, ...]:
    """The names of all adapters that are installed, in order."""
    place = directory or adapters_directory()
    if not place.is_dir():
        return ()
    return tuple(sorted(one.name for one in place.iterdir() if _NAME.fullmatch(one.name) and one.is_dir()))


def read_card(name: str, directory: Path | None = None) -> Card:
    """The card of an installed adapter.

    Raises:
        UsageError: the name is none.
        ModelError: there is no such adapter, or its card is wrong.

    """
    return _card_in(_installed(name, directory))


def stamp(name: str, directory: Path | None = None) -> tuple[int, int]:
    """What is another one once the adapter was installed anew.

    Raises:
        UsageError: the name is none.
        ModelError: there is no such adapter.

    """
    try:
        status = (_installed(name, directory) / CARD).stat()
    except OSError:
        raise ModelError("the adapter has no card", path=name, remedy=_AGAIN) from None
    return status.st_ino, status.st_mtime_ns


def read_adapter(name: str, directory: Path | None = None) -> Adapter:
    """An installed adapter, looked through.

    Raises:
        UsageError: the name is none.
        ModelError: there is no such adapter, or it is damaged.

    """
    return read_folder(_installed(name, directory), name)


def read_folder(folder: Path, name: str) -> Adapter:
    """The adapter in a folder, looked through: no code is in it, and no link leads out of it.

    Raises:
        ModelError: there is none, or it is damaged.

    """
    card = _card_in(folder)
    settings = _settings_in(folder)
    weights = _bytes(folder / WEIGHTS, _LARGEST)
    if hashlib.sha256(weights).hexdigest() != card.weights:
        raise ModelError("the weights are not those of the card", path=folder / WEIGHTS, remedy=_AGAIN)
    return Adapter(name, card, settings, weights, folder)


def check_base(adapter: Adapter, base: str, sha256: str) -> None:
    """Refuse an adapter that was made for another base.

    Raises:
        ModelError: it was.

    """
    if adapter.card.base_sha256 != sha256:
        made = f"it was made for {adapter.card.base} ({adapter.card.base_sha256[:12]})"
        raise ModelError(
            f"adapter '{adapter.name}' does not fit the model {base} ({sha256[:12]}): {made}",
            remedy="load that model, or tune again",
        )


def install(
    name: str, card: Card, settings: LoraSettings, weights: bytes, directory: Path | None = None
) -> Path:
    """Put an adapter where it is found by its name, as a whole or not at all; one of that name gives way.

    Raises:
        UsageError: the name is none.
        ModelError: it cannot be written.

    """
    place = (directory or adapters_directory()) / check_name(name)
    draft = place.with_name(f".{name}-{os.urandom(6).hex()}")
    try:
        _write(draft, card, settings, weights)
        _swap(draft, place)
    except OSError as error:
        raise ModelError(f"cannot be written: {error.strerror}", path=place, remedy=_ROOM) from None
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return place


def remove(name: str, directory: Path | None = None) -> None:
    """Remove an adapter, and what says that it is in use.

    Raises:
        UsageError: the name is none.
        ModelError: there is no such adapter, or it cannot be removed.

    """
    place = _installed(name, directory)
    gone = place.with_name(f".{name}-{os.urandom(6).hex()}")
    try:
        os.replace(place, gone)
        shutil.rmtree(gone)
    except OSError as error:
        raise ModelError(
            f"cannot be removed: {error.strerror}", path=place, remedy="check its permissions"
        ) from None
    rest = {where: what for where, what in in_use(directory).items() if what != name}
    _write_in_use(rest, directory)


def export(name: str, folder: Path, directory: Path | None = None) -> Path:
    """Copy an adapter into a new folder, as other programs read it too.

    Raises:
        UsageError: the name is none, or the folder is there.
        ModelError: there is no such adapter, or it cannot be written.

    """
    adapter = read_adapter(name, directory)
    if folder.exists():
        raise UsageError("is there already", path=folder, remedy="name a folder that is not")
    try:
        _write(folder, adapter.card, adapter.settings, adapter.weights)
    except OSError as error:
        raise ModelError(f"cannot be written: {error.strerror}", path=folder, remedy=_ROOM) from None
    return folder


def bring(folder: Path, name: str, directory: Path | None = None) -> Path:
    """Install what was exported into a folder.

    Raises:
        UsageError: the name is none, or one of that name is installed.
        ModelError: there is no adapter in it, or it is damaged, or it cannot be written.

    """
    if check_name(name) in names(directory):
        raise UsageError(
            f"adapter '{name}' is there already", remedy="remove it first, or give another --name"
        )
    adapter = read_folder(folder, name)
    return install(name, adapter.card, adapter.settings, adapter.weights, directory)


def in_use(directory: Path | None = None) -> dict[str, str]:
    """Which adapter applies where no setting says so: by the id of a language, or by a folder."""
    path = (directory or adapters_directory()) / _IN_USE
    if not path.is_file():
        return {}
    try:
        content = json.loads(read_bytes(path, largest=_LARGEST_TEXT))
        return {str(where): check_name(str(what)) for where, what in content.items()}
    except (DocumentError, UsageError, ValueError, AttributeError):
        return {}


def use(where: str, name: str, directory: Path | None = None) -> None:
    """Have an adapter apply in a language or a folder, or none if the name is `NO_ADAPTER`.

    Raises:
        UsageError: the name is none.
        ModelError: there is no such adapter, or this cannot be written.

    """
    known = in_use(directory)
    if name == NO_ADAPTER:
        known.pop(where, None)
    else:
        _installed(name, directory)
        known[where] = name
    _write_in_use(known, directory)


def chosen(wishes: Mapping[str, str], language: str, path: Path) -> str | None:
    """The name of the adapter for a file: of the innermost folder that has one, of its language, or of all
    (`*`).

    Args:
        wishes: names by absolute folders, by ids of languages, and by `*`.
        language: the id of the file's language.
        path: where the file is.

    """
    folders = [where for where in wishes if Path(where).is_absolute() and path.is_relative_to(where)]
    places = (*sorted(folders, key=len, reverse=True), language, "*")
    found = next((wishes[where] for where in places if where in wishes), NO_ADAPTER)
    return None if found == NO_ADAPTER else found


_AGAIN = "install it again"
_ROOM = "check the room on the disk and the permissions"


def _installed(name: str, directory: Path | None) -> Path:
    place = (directory or adapters_directory()) / check_name(name)
    if not place.is_dir() or place.is_symlink():
        have = ", ".join(names(directory)) or "none"
        raise ModelError(f"no adapter '{name}' is installed", remedy=f"installed: {have}")
    return place


def _bytes(path: Path, largest: int) -> bytes:
    try:
        return read_bytes(path, largest=largest, within=(path.parent,))
    except DocumentError as error:
        raise ModelError(
            f"no adapter can be read: {error.message}", path=path, remedy="name the folder of one"
        ) from None


def _card_in(folder: Path) -> Card:
    try:
        return TypeAdapter(Card).validate_json(_bytes(folder / CARD, _LARGEST_TEXT))
    except ValidationError as error:
        problem = error.errors()[0]
        where = ".".join(map(str, problem["loc"])) or "all of it"
        raise ModelError(
            f"the card is wrong: {where}: {problem['msg']}", path=folder / CARD, remedy=_AGAIN
        ) from None


def _settings_in(folder: Path) -> LoraSettings:
    path = folder / SETTINGS
    try:
        content = json.loads(_bytes(path, _LARGEST_TEXT))
        known = {key: content[key] for key in LoraSettings.__dataclass_fields__ if key in content}
        settings = _SETTINGS.validate_python(known)
    except (ValidationError, ValueError, TypeError) as error:
        reason = error.errors()[0]["msg"] if isinstance(error, ValidationError) else str(error)
        raise ModelError(f"the settings are wrong: {reason}", path=path, remedy=_AGAIN) from None
    plain = (settings.peft_type, settings.bias, settings.use_dora) == ("LORA", "none", False)
    if not plain or not 1 <= settings.r <= _LARGEST_RANK:
        raise ModelError(
            "is no plain low-rank adapter", path=path, remedy=f"rank 1 to {_LARGEST_RANK}, no bias"
        )
    return settings


_SETTINGS: TypeAdapter[LoraSettings] = TypeAdapter(LoraSettings)


def _write(folder: Path, card: Card, settings: LoraSettings, weights: bytes) -> None:
    content: dict[str, Any] = asdict(settings) | {
        "base_model_name_or_path": card.base,
        "inference_mode": True,
    }
    write_private(folder / WEIGHTS, weights)
    write_private(folder / SETTINGS, _json(content))
    write_private(folder / CARD, _json(asdict(card)))


def _swap(draft: Path, place: Path) -> None:
    """Put a folder in the place of what may be there."""
    old = draft.with_name(f"{draft.name}-old")
    if place.exists():
        os.replace(place, old)
    os.replace(draft, place)
    shutil.rmtree(old, ignore_errors=True)


def _write_in_use(known: Mapping[str, str], directory: Path | None) -> None:
    path = (directory or adapters_directory()) / _IN_USE
    try:
        write_private(path, _json(known))
    except OSError as error:
        raise ModelError(f"cannot be written: {error.strerror}", path=path, remedy=_ROOM) from None


def _json(content: object) -> bytes:
    return (json.dumps(content, indent=2, sort_keys=True) + "\n").encode()
