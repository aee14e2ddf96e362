"""The README of a new bundle, for its owner: what each file is, what checks it, and what to do next."""

from __future__ import annotations

from collections.abc import Iterable

from lsp_server.authoring.manifest import Manifest

_TEXT = """# {name}

A bundle for Holegram. With it, files `*{extension}` have diagnostics, completions that always parse, an
outline, highlighting, folding, definitions, references and renaming, in any editor that speaks LSP.

`holegram new` made it from `grammar.lark`. All but that file is a beginning, derived from the names and
shapes of the rules: read it, and make it yours.

| file | is | checked by |
| --- | --- | --- |
| `language.toml` | name, files, comments, brackets, words | `holegram languages` |
| `grammar.lark` | what is valid: no suggestion breaks it | `holegram grammar check {id}` |
| `queries/highlights.scm` | what is shown how | a look at a file in your editor |
| `queries/outline.scm` | what is in the outline | the outline of your editor |
| `queries/locals.scm` | what defines a name, and what uses one | renaming something in your editor |
| `queries/folds.scm` | what can be folded away | a look at a file in your editor |
| `queries/once.scm` | what may stand only once | a suggestion for a second one |
| `builtins.toml` | names that examples use and declare nowhere | a list in your editor |
| `snippets.toml` | whole constructs with places to fill | `holegram grammar check {id}` |
| `docs/` | what is shown about a word under the cursor | a look at a word in your editor |
| `examples/` | valid programs, which should use all of the language | `holegram check examples` |
| `corpus/` | texts with what is expected of them | `holegram grammar check {id}` |

## What to do next

1. `holegram check YOUR_FILES` finds what the grammar does not take yet.
2. `holegram grammar check {id} --corpus YOUR_FILES` finds texts on which grammar and syntax tree disagree.
3. Write into `docs/` what each construct means; what is there is from the grammar's comments.
4. Look at `queries/locals.scm`. A name is looked for in all kinds of definitions, in the order that is said
   there. Say of each use which of them it means.
5. Add a case to `corpus/` for each mistake that you find.

Where the bundle lies in Holegram's own folder for bundles, nothing needs to be set. Elsewhere, name its
folder: `holegram --bundles DIR ...`, or the setting `holegram.bundles` of your editor.
"""


def readme(manifest: Manifest, missing: Iterable[str] = ()) -> str:
    """The text for a bundle; of `missing` files there is no row."""
    text = _TEXT.format(name=manifest.name, id=manifest.id, extension=manifest.extensions[0])
    rows = text.splitlines(keepends=True)
    absent = tuple(f"| `{name}`" for name in missing)
    return "".join(row for row in rows if not absent or not row.startswith(absent))
