/** In a workspace that is not trusted errors are shown, and nothing of the workspace is run or suggested, until it is trusted. */

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { BELOW, FIRST, REST } from "./cases.mjs";
import { begin, beginLine, goTo } from "./scene.mjs";
import {
  openFile, press, problems, screenshot, shows, squiggles, statusBar, suggestion, type, watchGhostText,
} from "./window.mjs";

/**
 * Settings of a workspace that name a server of its own.
 *
 * @param {string} folder
 */
async function plant(folder) {
  const server = join(folder, "holegram");
  await writeFile(server, `#!/bin/sh\ntouch "${folder}/ran"\n`);
  await chmod(server, 0o755);
  await mkdir(join(folder, ".vscode"));
  await writeFile(join(folder, ".vscode", "settings.json"), JSON.stringify({ "holegram.server.path": server }));
}

describe("a workspace that is not trusted", () => {
  /** @type {import("./scene.mjs").Scene} */
  let scene;
  before(async () => {
    scene = await begin({ trustAll: false, prepare: plant });
  });
  after(() => scene.end());

  /** @param {string} label */
  async function status(label) {
    await shows(scene.window, "the status", statusBar, label);
  }

  /** @param {string} label */
  async function errors(label) {
    await shows(scene.window, "the count of problems", problems, label);
  }

  test("has its errors shown and nothing suggested, and its settings start nothing", async () => {
    const { window } = scene;
    await window.page.getByRole("button", { name: "Restricted Mode" }).waitFor();
    await openFile(window, FIRST.file);
    await status("Holegram: off");
    const ghosts = await watchGhostText(window);
    await goTo(scene, FIRST, FIRST.mistakeAfter);
    await type(window, " ]");
    await shows(window, "the number of squiggles", squiggles, 1);
    await screenshot(window, "not trusted");
    await press(window, "Backspace", "Backspace");
    await errors("No Problems");
    await beginLine(scene, FIRST);
    await errors("Errors: 1");
    await type(window, REST);
    await errors("No Problems");
    assert.equal(await ghosts(), false);
  });

  test("has suggestions once it is trusted, and its settings still start nothing", async () => {
    const { window } = scene;
    await window.page.getByRole("button", { name: "Restricted Mode" }).click();
    await window.page.getByRole("button", { name: "Trust", exact: true }).click();
    await status("Holegram: ready");
    await window.page.getByRole("button", { name: /^Close Modal Editor/ }).click();
    await press(window, "Enter");
    await type(window, BELOW);
    await suggestion(window);
    assert.equal(existsSync(join(scene.folder, "ran")), false);
  });
});
