/** Lists, and all that an editor asks about a name. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, afterEach, before, describe, test } from "node:test";

import { CASES } from "./cases.mjs";
import { begin, goTo, open } from "./scene.mjs";
import { closeFile, cursor, eventually, press, rows, runCommand, screenshot, shows, text, type } from "./window.mjs";

const LIST = ".editor-instance .suggest-widget.visible";
const OUTLINE = ".outline-pane";

/** @typedef {import("./cases.mjs").Case} Case */

describe("in a file of each language", () => {
  /** @type {import("./scene.mjs").Scene} */
  let scene;
  before(async () => {
    scene = await begin();
  });
  afterEach(() => closeFile(scene.window));
  after(() => scene.end());

  /** @param {string} what @param {(seen: string) => boolean} accept */
  function textIs(what, accept) {
    return eventually(scene.window, what, () => text(scene.window), accept);
  }

  for (const example of CASES) {
    test(`an entry of the list is inserted in ${example.file}`, async () => {
      const { window } = scene;
      await open(scene, example);
      await goTo(scene, example, example.list.after);
      await type(window, example.list.typed);
      await press(window, "Control+Space");
      const entry = window.page.locator(`${LIST} .monaco-list-row`).filter({
        has: window.page.locator(".label-name").getByText(example.list.entry, { exact: true }),
      });
      await entry.first().waitFor();
      await screenshot(window, `list in ${example.file}`);
      await entry.first().click();
      await textIs("the text with the entry", (seen) => `${seen}\n`.includes(`${example.list.becomes}\n`));
    });

    test(`hovering over a name in ${example.file} tells what it is`, async () => {
      await open(scene, example);
      await goTo(scene, example, example.use);
      await press(scene.window, "Control+k", "Control+i");
      const hover = scene.window.page.locator(".monaco-hover:not(.hidden)").filter({ hasText: example.hover });
      await hover.first().waitFor();
      await screenshot(scene.window, `hover in ${example.file}`);
      await press(scene.window, "Escape");
    });

    test(`the definition of a name in ${example.file} is found`, async () => {
      const { line, column } = example.definition;
      await open(scene, example);
      await goTo(scene, example, example.use);
      await press(scene.window, "F12");
      await shows(scene.window, "the place of the definition", cursor, `Ln ${line}, Col ${column}`);
    });

    test(`a name in ${example.file} is renamed wherever it stands`, async () => {
      const { window } = scene;
      await open(scene, example);
      await goTo(scene, example, example.use);
      await press(window, "F2");
      const input = window.page.locator(".rename-box input");
      await input.fill(example.newName);
      await input.press("Enter");
      await textIs("the renamed text", (seen) => seen === renamed(scene.folder, example));
    });

    test(`the outline of ${example.file} has its names`, async () => {
      const { window } = scene;
      await open(scene, example);
      await runCommand(window, "Explorer: Focus on Outline View");
      await eventually(window, "the outline", () => rows(window, OUTLINE), (seen) => hasAll(seen, example.outline));
      await screenshot(window, `outline of ${example.file}`);
      await runCommand(window, "View: Focus Active Editor Group");
    });
  }
});

/** @param {readonly string[]} shown each as `name (kind)` @param {readonly string[]} names */
function hasAll(shown, names) {
  return names.every((name) => shown.some((row) => row.startsWith(`${name} (`)));
}

/**
 * The text of a file with a name replaced wherever it stands as a word of its own, but for properties called the same.
 *
 * @param {string} folder
 * @param {Case} example
 */
function renamed(folder, { file, name, newName }) {
  const word = name.replaceAll(/[?$]/g, "\\$&");
  const uses = new RegExp(`(?<![\\w?])${word}(?!\\w| +=)`, "g");
  return readFileSync(join(folder, file), "utf8").replaceAll(uses, newName);
}
