/**
 * What a person types is what comes out, with the default settings: no list takes Enter, a bracket or a quote.
 *
 * What should come out stands in `edits.json`: what VS Code makes of the same keys where nothing is suggested. Of the
 * hundred edits a quarter is typed, each in one way; with HOLEGRAM_FULL=1 all of them in each, and once without suggestions,
 * which shows that what stands there is so.
 */

// @ts-check

import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { endOf } from "./cases.mjs";
import { EDITS, TEXTS } from "./edits.mjs";
import { beginWithOwn } from "./scene.mjs";
import { changeSettings } from "./server.mjs";
import { closeFile, eventually, moveTo, openFile, openWindow, press, screenshot, shows, statusBar, typeAt } from "./window.mjs";

/** @typedef {import("./edits.mjs").Edit} Edit */
/** @typedef {import("./window.mjs").Window} Window */

const FAST = 30;
const QUARTER = 4;

/** As VS Code comes; as it came when a list opened by itself also where there is ghost text; and where nothing is suggested. */
const SETTINGS = {
  "as it comes": {},
  "as it came before": { "editor.quickSuggestions": { other: "on", comments: "off", strings: "off" } },
  "without suggestions": {
    "holegram.completion.enabled": false,
    "editor.inlineSuggest.enabled": false,
    "editor.quickSuggestions": { other: "off", comments: "off", strings: "off" },
    "editor.suggestOnTriggerCharacters": false,
  },
};

/** @typedef {readonly [settings: keyof typeof SETTINGS, keysPerSecond: number]} Way */

/** @type {readonly Way[]} */
const WAYS = [
  ["as it comes", 6],
  ["as it came before", 10],
  ["as it comes", 10],
  ["as it came before", 6],
];

/** @type {Way} */
const PLAIN = ["without suggestions", FAST];

const full = Boolean(process.env.HOLEGRAM_FULL);
const chosen = EDITS.filter((_, number) => full || number % QUARTER === 0);

/**
 * How fast an edit is typed with some settings.
 *
 * @param {Edit} edit
 * @param {string} settings
 */
function speedsOf(edit, settings) {
  const ways = full ? [...WAYS, PLAIN] : WAYS.filter((_, number) => number === chosen.indexOf(edit) % WAYS.length);
  return ways.filter(([name]) => name === settings).map(([, speed]) => speed);
}

describe("what is typed with the default settings", () => {
  /** @type {import("./scene.mjs").Place} */
  let place;
  /** @type {Window} */
  let window;
  let changes = 0;

  before(async () => {
    place = await beginWithOwn();
    for (const [file, text] of Object.entries(TEXTS)) {
      await writeFile(join(place.folder, file), text);
    }
    window = await openWindow(place.server.url, place.folder, place.given.screenshots);
  });
  after(async () => {
    await window.close();
    await place.end();
  });

  /** @param {import("./server.mjs").Settings} settings @param {string} status */
  async function configure(settings, status) {
    const title = `settings ${++changes}`;
    await changeSettings(place.server.home, place.given, { ...settings, "window.title": title });
    await eventually(window, "the title", () => window.page.title(), (seen) => seen === title);
    await openFile(window, "main.tf");
    await shows(window, "the status", statusBar, status);
    await closeFile(window);
  }

  /**
   * What becomes of a file in which is typed.
   *
   * @param {Edit} edit
   * @param {number} speed
   */
  async function typed({ file, after: place_, typed: keys }, speed) {
    const path = join(place.folder, file);
    const text = TEXTS[file] ?? "";
    await writeFile(path, text);
    await openFile(window, file);
    await moveTo(window, endOf(text, place_));
    await typeAt(window, keys, speed);
    await press(window, "Control+s");
    await window.page.locator(".tab.active:not(.dirty)").waitFor();
    const result = await readFile(path, "utf8");
    await closeFile(window);
    return result;
  }

  for (const [name, settings] of Object.entries(SETTINGS).filter(([name]) => full || name !== PLAIN[0])) {
    describe(`in VS Code ${name}`, () => {
      before(() => configure(settings, name === PLAIN[0] ? "Holegram: off" : "Holegram: ready"));

      for (const file of Object.keys(TEXTS)) {
        test(`comes out as typed in ${file}`, () => comesOutAsTyped(file, name));
      }
    });
  }

  /** @param {string} file @param {string} settings */
  async function comesOutAsTyped(file, settings) {
    const altered = [];
    let count = 0;
    for (const edit of chosen.filter((one) => one.file === file)) {
      for (const speed of speedsOf(edit, settings)) {
        const result = await typed(edit, speed);
        count += 1;
        if (result !== edit.wanted) {
          altered.push({ keys: edit.typed, speed, ...difference(edit.wanted, result) });
          console.log("altered:", JSON.stringify(altered.at(-1)));
          await screenshot(window, `altered ${file} ${EDITS.indexOf(edit)} at ${speed} ${settings}`);
        }
      }
    }
    console.log(`${file}, ${settings}: ${altered.length} of ${count} altered`);
    assert.deepEqual(altered, []);
  }
});

/**
 * The lines in which two texts differ, and the one before them.
 *
 * @param {string} wanted
 * @param {string} result
 */
function difference(wanted, result) {
  const [one, other] = [wanted.split("\n"), result.split("\n")];
  let start = 0;
  while (one[start] === other[start] && start < one.length) {
    start += 1;
  }
  let end = 0;
  while (one.at(-1 - end) === other.at(-1 - end) && end < Math.min(one.length, other.length) - start) {
    end += 1;
  }
  /** @param {string[]} lines */
  const part = (lines) => lines.slice(Math.max(start - 1, 0), lines.length - end).join("\n");
  return { wanted: part(one), result: part(other) };
}
