/** The packaged extension: small, and with all that it says it has. */

// @ts-check

import assert from "node:assert/strict";
import { readFileSync, statSync } from "node:fs";
import { test } from "node:test";

import { setup } from "./scene.mjs";

/** @typedef {{ main: string, contributes: { languages: { configuration: string }[], grammars: { path: string }[] } }} Manifest */

const MOST = 1_000_000;

test("the package is small", () => {
  assert.ok(statSync(setup().extension).size < MOST);
});

test("the package has what its manifest names, and none of its sources", () => {
  // The directory at the end of a zip file has the names as they are.
  const bytes = readFileSync(setup().extension).toString("latin1");
  /** @type {unknown} */
  const manifest = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  const { main, contributes } = /** @type {Manifest} */ (manifest);
  const { languages, grammars } = contributes;
  const named = [main, ...languages.map(({ configuration }) => configuration), ...grammars.map(({ path }) => path)];
  assert.ok(named.length > 4);
  for (const path of named) {
    assert.ok(bytes.includes(`extension/${path.replace(/^\.\//, "")}`), path);
  }
  for (const folder of ["src", "test", "e2e", "node_modules"]) {
    assert.ok(!bytes.includes(`extension/${folder}/`), folder);
  }
});
