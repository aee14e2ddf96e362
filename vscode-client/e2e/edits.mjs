/**
 * A hundred things that people type, with Enter, brackets and quotes, in files of six languages: `edits.json`.
 *
 * The tests of other editors read that file too. Each text is small enough to be on the screen as a whole.
 */

// @ts-check

import { readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * What is typed into a file at the place where the text `after` ends, and the text of the file then, as VS Code makes it
 * of these keys where nothing is suggested.
 *
 * @typedef {object} Edit
 * @property {string} file
 * @property {string} after
 * @property {string} typed
 * @property {string} wanted
 */

/**
 * @typedef {object} Kept
 * @property {Record<string, string[]>} texts
 * @property {Record<string, [after: string, typed: string, comes: string][]>} typed
 */

/** @type {unknown} */
const parsed = JSON.parse(readFileSync(join(import.meta.dirname, "edits.json"), "utf8"));
const read = /** @type {Kept} */ (parsed);

/** The texts of the files, by their names. */
export const TEXTS = Object.fromEntries(
  Object.entries(read.texts).map(([file, lines]) => [file, lines.map((line) => `${line}\n`).join("")]),
);

/** @type {readonly Edit[]} */
export const EDITS = Object.entries(read.typed).flatMap(([file, places]) =>
  places.map(([after, typed, comes]) => ({ file, after, typed, wanted: inserted(TEXTS[file] ?? "", after, comes) })),
);

/**
 * A text with another one behind the first place of a third.
 *
 * @param {string} text
 * @param {string} after
 * @param {string} comes
 */
function inserted(text, after, comes) {
  const at = text.indexOf(after) + after.length;
  return text.slice(0, at) + comes + text.slice(at);
}
