import assert from "node:assert/strict";
import { test } from "node:test";
import { LANGUAGES, documentSelector } from "../src/selector";

test("the languages of the extension are followed wherever they are edited", () => {
  assert.ok(LANGUAGES.length >= 4);
  for (const language of [...LANGUAGES, "terraform", "sql"]) {
    const schemes = documentSelector([]).flatMap((filter) => (filter.language === language ? [filter.scheme] : []));
    assert.deepEqual(schemes, ["file", "untitled", "vscode-vfs"]);
  }
});

test("of languages from bundles of the user's own the files are followed by their names", () => {
  const calc = { id: "calc", extensions: [".calc"], filenames: ["Calcfile"] };
  const known = documentSelector([{ ...calc, id: LANGUAGES[0] ?? "" }, calc]);
  const patterns = known.flatMap((filter) => (filter.scheme === "file" && filter.pattern !== undefined ? [filter.pattern] : []));
  assert.deepEqual(patterns, ["**/*.calc", "**/Calcfile"]);
});
