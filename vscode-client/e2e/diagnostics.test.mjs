/** Errors are underlined as soon as they are there, and no longer than that; or when the file is saved. */

import { after, afterEach, before, describe, test } from "node:test";

import { CASES } from "./cases.mjs";
import { begin, goTo, open } from "./scene.mjs";
import { closeFile, moveTo, press, problems, screenshot, shows, squiggles, type } from "./window.mjs";

const MISTAKE = " ]";

describe("errors", () => {
  /** @type {import("./scene.mjs").Scene} */
  let scene;
  before(async () => {
    scene = await begin();
  });
  afterEach(async () => {
    await closeFile(scene.window);
    await scene.configure({});
  });
  after(() => scene.end());

  /** @param {number} count */
  async function shown(count) {
    await shows(scene.window, "the number of squiggles", squiggles, count);
    const label = count === 0 ? "No Problems" : `Errors: ${count}`;
    await shows(scene.window, "the count of problems", problems, label);
  }

  /**
   * Ask the server about a name elsewhere; when it has answered it has read what was typed before.
   *
   * @param {import("./cases.mjs").Case} example
   */
  async function answered(example) {
    const { page } = scene.window;
    await moveTo(scene.window, example.definition);
    await press(scene.window, "F2");
    await page.locator(".rename-box input").waitFor();
    await press(scene.window, "Escape");
    await page.locator(".rename-box input").waitFor({ state: "hidden" });
  }

  /** @param {import("./cases.mjs").Case} example */
  async function mistake(example) {
    await goTo(scene, example, example.mistakeAfter);
    await type(scene.window, MISTAKE);
  }

  for (const example of CASES) {
    test(`come and go while ${example.file} is changed`, async () => {
      await open(scene, example);
      await shown(0);
      await mistake(example);
      await shown(1);
      await screenshot(scene.window, `error in ${example.file}`);
      await press(scene.window, "Backspace", "Backspace");
      await shown(0);
    });

    test(`come and go when ${example.file} is saved, once the settings say so`, async () => {
      await open(scene, example);
      await mistake(example);
      await shown(1);
      await press(scene.window, "Backspace", "Backspace");
      await shown(0);
      await scene.configure({ "holegram.diagnostics": "onSave" });
      await mistake(example);
      await answered(example);
      await shown(0);
      await press(scene.window, "Control+s");
      await shown(1);
      await goTo(scene, example, example.mistakeAfter + MISTAKE);
      await press(scene.window, "Backspace", "Backspace");
      await answered(example);
      await shown(1);
      await press(scene.window, "Control+s");
      await shown(0);
    });
  }
});
