"""How strict suggestions are about names that nobody declares."""

from enum import StrEnum


class Strictness(StrEnum):
    """What becomes of a suggested name that is declared nowhere, where all names of its kind have to be.

    With `off` it stays. With `prefer` another takes its place where the person's own names are declared
    too; with `require` always.
    """

    OFF = "off"
    PREFER = "prefer"
    REQUIRE = "require"
