/** Errors are underlined as soon as they are there, and no longer than that; or when the file is saved. */

import { after, before, describe, test } from "node:test";

import { CASES } from "./cases.mjs";
import { begin, goTo, open } from "./scene.mjs";
import { answered, closeFile, eventually, press, problems, screenshot, squiggles, type } from "./window.mjs";

const MISTAKE = " ]";

describe("errors", () => {
  /** @type {import("./scene.mjs").Scene} */
  let scene;
  before(async () => {
    scene = await begin();
  });
  after(() => scene.end());

  /** @param {number} count */
  async function shown(count) {
    await eventually(scene.window, "the number of squiggles", () => squiggles(scene.window), (seen) => seen === count);
    const label = count === 0 ? "No Problems" : `Errors: ${count}`;
    await eventually(scene.window, "the count of problems", () => problems(scene.window), (seen) => seen === label);
  }

  for (const example of CASES) {
    test(`come and go while ${example.file} is changed`, async () => {
      await open(scene, example);
      await shown(0);
      await goTo(scene, example, example.mistakeAfter);
      await type(scene.window, MISTAKE);
      await shown(1);
      await screenshot(scene.window, `error in ${example.file}`);
      await press(scene.window, "Backspace", "Backspace");
      await shown(0);
      await closeFile(scene.window);
    });
  }

  test("come and go with saving where the settings say so, from then on", async () => {
    for (const example of CASES) {
      await scene.configure({ "holegram.diagnostics": "onSave" });
      await open(scene, example);
      await goTo(scene, example, example.mistakeAfter);
      await type(scene.window, MISTAKE);
      await answered(scene.window);
      await shown(0);
      await press(scene.window, "Control+s");
      await shown(1);
      await press(scene.window, "Backspace", "Backspace");
      await answered(scene.window);
      await shown(1);
      await press(scene.window, "Control+s");
      await shown(0);
      await closeFile(scene.window);
    }
  });
});
