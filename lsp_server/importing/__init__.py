"""Makes catalogues of names out of what has them: files, vocabularies, databases.

How a source is read is data of the bundle (`sources.toml`), so no language is known here. `importer` finds
the rules for a source and writes what comes of it; each other module reads one kind of source into the keys
of symbols. A catalogue is checked as if somebody else had written it before it is kept.
"""

from lsp_server.importing.importer import DatabaseAccess, import_catalogue, save

__all__ = ["DatabaseAccess", "import_catalogue", "save"]
