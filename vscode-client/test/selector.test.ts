import assert from "node:assert/strict";
import { test } from "node:test";
import { LANGUAGES, dependentLanguages, documentSelector } from "../src/selector";

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

test("the languages of extensions that depend on this one are followed, and of no other", () => {
  const contributes = { languages: [{ id: "rules" }, { id: "runs" }] };
  const installed = [
    { extensionDependencies: ["holegram.holegram"], contributes },
    { extensionDependencies: ["other.extension"], contributes: { languages: [{ id: "other" }] } },
    { contributes: { languages: [{ id: "alone" }] } },
    { extensionDependencies: ["holegram.holegram"] },
  ];
  const dependent = dependentLanguages(installed);
  assert.deepEqual(dependent, ["rules", "runs"]);
  const rules = { id: "rules", extensions: [".rules"], filenames: [] };
  const found = documentSelector([rules], dependent).filter(({ scheme }) => scheme === "file");
  assert.ok(found.some(({ language }) => language === "rules"));
  assert.ok(!found.some(({ pattern }) => pattern !== undefined));
});
