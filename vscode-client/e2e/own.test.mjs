/** A language of the user's own, from nothing but a grammar: a bundle and an extension that `holegram new` made. */

// @ts-check

import { execFileSync } from "node:child_process";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { setup } from "./scene.mjs";
import { startCodeServer } from "./server.mjs";
import { moveTo, openFile, openWindow, press, screenshot, shows, squiggles, statusBar, suggestion, type } from "./window.mjs";

const SAMPLE = join(import.meta.dirname, "..", "..", "tests", "languages", "rules");

describe("a language made of a grammar", () => {
  /** @type {string} */
  let home;
  /** @type {import("./server.mjs").CodeServer} */
  let server;
  /** @type {import("./window.mjs").Window} */
  let window;

  before(async () => {
    const given = setup();
    home = await mkdtemp(join(tmpdir(), "holegram-own-"));
    const data = join(home, "data");
    const words = ["new", join(SAMPLE, "grammar.lark"), "--extension", ".rules", "--vscode"];
    execFileSync(given.languageServer, words, { env: { ...process.env, XDG_DATA_HOME: data } });
    const languageExtension = join(data, "holegram", "grammars", "rules", "rules.vsix");
    await cp(join(SAMPLE, "examples"), join(home, "files"), { recursive: true });
    server = await startCodeServer({ ...given, languageExtension, data }, { trustAll: true });
    window = await openWindow(server.url, join(home, "files"), given.screenshots);
  });
  after(async () => {
    await window.close();
    await server.stop();
    await rm(home, { recursive: true });
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
    await type(window, "l");
    await suggestion(window);
    await screenshot(window, "a language of one's own");
  });
});
