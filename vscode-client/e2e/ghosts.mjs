/**
 * How often the ghost text of a real VS Code is right while a person types: `node e2e/ghosts.mjs [--json] [--every N]`.
 *
 * The edits of `edits.json` are typed at six keys a second with the default settings, each N-th of them. Before each key
 * the ghost text on the screen is read. A suggestion is right if all of it is what is typed then, its first word is right
 * if that is, and else it is wrong; what is left of one that is being typed out is no other one. Nothing is accepted.
 */

// @ts-check

import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { endOf } from "./cases.mjs";
import { EDITS, TEXTS } from "./edits.mjs";
import { beginWithOwn } from "./scene.mjs";
import { changeSettings } from "./server.mjs";
import { closeFile, ghostText, moveTo, openFile, openWindow, press, shows, statusBar } from "./window.mjs";

const KEYS_PER_SECOND = 6;

const words = process.argv.slice(2);
const every = words.includes("--every") ? Number(words[words.indexOf("--every") + 1]) : 1;

/** What stands on the screen of a suggestion, blanks apart: an editor puts some in by itself. @param {string} text */
const bare = (text) => text.replaceAll(/\s+/g, "");

/**
 * What tells suggestions apart: of one that goes on behind a bracket or a quote that the editor has closed, that sign is
 * not grey, and which sign of two that is changes with each key.
 *
 * @param {string} text
 */
const told = (text) => bare(text).replaceAll(/["'`()[\]{}]/g, "") || bare(text);

/** @param {string} text */
const firstWord = (text) => /\w+|[^\w\s]+/.exec(text)?.[0] ?? "";

const place = await beginWithOwn();
const found = { edits: 0, keys: 0, standing: 0, suggestions: 0, right: 0, firstWordRight: 0, wrong: 0 };
const wrong = [];
try {
  for (const [file, text] of Object.entries(TEXTS)) {
    await writeFile(join(place.folder, file), text);
  }
  await changeSettings(place.server.home, place.given, {});
  const window = await openWindow(place.server.url, place.folder, place.given.screenshots);
  await openFile(window, "main.tf");
  await shows(window, "the status", statusBar, "Holegram: ready");
  await closeFile(window);
  for (const { file, after, typed } of EDITS.filter((_, number) => number % every === 0)) {
    const text = TEXTS[file] ?? "";
    await writeFile(join(place.folder, file), text);
    await openFile(window, file);
    await moveTo(window, endOf(text, after));
    let left = "";
    for (const [index, key] of Array.from(typed).entries()) {
      const ghost = await ghostText(window);
      const rest = Array.from(typed).slice(index).join("");
      found.standing += ghost === "" ? 0 : 1;
      if (ghost !== "" && told(ghost) !== told(left)) {
        found.suggestions += 1;
        if (bare(rest).startsWith(bare(ghost))) {
          found.right += 1;
        } else if (firstWord(rest) === firstWord(ghost)) {
          found.firstWordRight += 1;
        } else {
          found.wrong += 1;
          wrong.push({ file, rest: rest.slice(0, 40), ghost: ghost.slice(0, 60) });
        }
      }
      left = ghost.startsWith(key) ? ghost.slice(key.length) : "";
      const began = performance.now();
      await (key === "\n" ? press(window, "Enter") : window.page.keyboard.type(key));
      await window.page.waitForTimeout(Math.max(0, 1000 / KEYS_PER_SECOND - (performance.now() - began)));
    }
    found.edits += 1;
    found.keys += typed.length;
    await press(window, "Control+s");
    await closeFile(window);
  }
  await window.close();
} finally {
  await place.end();
}
if (words.includes("--json")) {
  console.log(JSON.stringify({ ...found, texts: wrong }, null, 2));
} else {
  const share = (/** @type {number} */ part, /** @type {number} */ of) => `${((100 * part) / Math.max(1, of)).toFixed(1)} %`;
  console.log(`${found.edits} edits, ${found.keys} keys; a suggestion stood at ${share(found.standing, found.keys)} of them`);
  console.log(
    `${found.suggestions} suggestions: right ${share(found.right, found.suggestions)}, ` +
      `first word right ${share(found.firstWordRight, found.suggestions)}, wrong ${share(found.wrong, found.suggestions)}`,
  );
  for (const one of wrong) {
    console.log(JSON.stringify(one));
  }
}
