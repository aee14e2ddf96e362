"""Makes a grammar that is not LALR(1) one that is, by changes of its own text that keep its language."""

from lsp_server.authoring.repair.repairing import Repair, RepairStep, Undone, repair

__all__ = ["Repair", "RepairStep", "Undone", "repair"]
