/** A language of the user's own, from nothing but a grammar: a bundle and an extension that `holegram new` made. */

// @ts-check

import { cp } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { SAMPLE, beginWithOwn } from "./scene.mjs";
import { moveTo, openFile, openWindow, press, screenshot, shows, squiggles, statusBar, suggestion, type } from "./window.mjs";

describe("a language made of a grammar", () => {
  /** @type {import("./scene.mjs").Place} */
  let place;
  /** @type {import("./window.mjs").Window} */
  let window;

  before(async () => {
    place = await beginWithOwn();
    await cp(join(SAMPLE, "examples"), place.folder, { recursive: true });
    window = await openWindow(place.server.url, place.folder, place.given.screenshots);
  });
  after(async () => {
    await window.close();
    await place.end();
  });

  test("is served with no setting at all: errors, and suggestions", async () => {
    await openFile(window, "shop.rules");
    await shows(window, "the status", statusBar, "Holegram: ready");
    await moveTo(window, { line: 4, column: 15 });
    await type(window, " ]");
    await shows(window, "the number of squiggles", squiggles, 1);
    await press(window, "Backspace", "Backspace");
    await shows(window, "the number of squiggles", squiggles, 0);
    await press(window, "Enter");
    await type(window, "m");
    await suggestion(window);
    await screenshot(window, "a language of one's own");
  });
});
