/**
 * A hundred things that people type, with Enter, brackets and quotes, in files of six languages: `edits.json`.
 *
 * The tests of other editors read that file too. Each text is small enough to be on the screen as a whole.
 */

// @ts-check

import { readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * What is typed into a file at the place where the text `after` ends.
 *
 * @typedef {object} Edit
 * @property {string} file
 * @property {string} after
 * @property {string} typed
 */

/**
 * @typedef {object} Kept
 * @property {Record<string, string[]>} texts
 * @property {Record<string, [after: string, typed: string][]>} typed
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
  places.map(([after, typed]) => ({ file, after, typed })),
);
