/** The status bar tells the truth: while the model is loaded, when all is paused, when there is no server and when it died. */

import assert from "node:assert/strict";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { after, afterEach, before, describe, test } from "node:test";

import { BELOW, FIRST, REST } from "./cases.mjs";
import { begin, beginLine, goTo, open } from "./scene.mjs";
import {
  closeFile, eventually, messages, press, problems, rows, runCommand, screenshot, shows, statusBar, suggestion,
  type, watchGhostText, watchStatusBar,
} from "./window.mjs";

const PAUSE = "Holegram: Pause or Resume Suggestions in This Window";

/** @type {import("./scene.mjs").Scene} */
let scene;
before(async () => {
  scene = await begin();
});
after(() => scene.end());

describe("the status bar", () => {
  afterEach(() => closeFile(scene.window));

  /** @param {string} label */
  async function status(label) {
    await shows(scene.window, "the status", statusBar, label);
  }

  /** @param {string} label */
  async function errors(label) {
    await shows(scene.window, "the count of problems", problems, label);
  }

  test("tells how far the model is loaded, and then that it is ready", async () => {
    await open(scene, FIRST);
    const said = await watchStatusBar(scene.window);
    await beginLine(scene, FIRST);
    await suggestion(scene.window);
    await status("Holegram: ready");
    const labels = await said();
    assert.ok(labels.some((label) => /^Holegram: loading \d+ %$/.test(label)), JSON.stringify(labels));
  });

  test("leads to a menu", async () => {
    const { window } = scene;
    await open(scene, FIRST);
    await window.page.locator("[id='holegram.holegram.holegram.status']").click();
    const entries = ["Pause", "Choose model", "Explain", "Show log", "Restart"];
    await eventually(window, "the menu", () => rows(window, ".quick-input-widget"), (seen) =>
      entries.every((entry) => seen.some((row) => row.includes(entry))),
    );
    await screenshot(window, "menu");
    await press(window, "Escape");
  });

  test("says that suggestions are paused, and there are none until they go on", async () => {
    const { window } = scene;
    await open(scene, FIRST);
    await runCommand(window, PAUSE);
    await status("Holegram: paused");
    const ghosts = await watchGhostText(window);
    await beginLine(scene, FIRST);
    await errors("Errors: 1");
    await type(window, REST);
    await errors("No Problems");
    assert.equal(await ghosts(), false);
    await runCommand(window, PAUSE);
    await status("Holegram: ready");
    await press(window, "Enter");
    await type(window, BELOW);
    await suggestion(scene.window);
  });

  test("says that there is no server that starts, and is ready once there is one", async () => {
    const { window } = scene;
    await open(scene, FIRST);
    await scene.configure({ "holegram.server.path": "/nowhere/holegram" });
    await status("Holegram: error");
    await screenshot(window, "no server");
    await scene.configure({});
    await status("Holegram: ready");
    await beginLine(scene, FIRST);
    await suggestion(scene.window);
  });

  test("is ready again soon after the server was killed, which is said once", async () => {
    const { window } = scene;
    await open(scene, FIRST);
    const said = await watchStatusBar(window);
    const died = async () => (await messages(window)).filter((message) => message.includes("crashed")).length;
    const first = newestServer(scene.home);
    process.kill(first, "SIGKILL");
    await eventually(window, "the number of messages", died, (seen) => seen === 1);
    await eventually(window, "the status", said, (labels) => labels.length > 1 && labels.at(-1) === "Holegram: ready");
    const second = newestServer(scene.home);
    assert.notEqual(second, first);
    process.kill(second, "SIGKILL");
    await eventually(window, "the status", said, (labels) => labels.length > 3 && labels.at(-1) === "Holegram: ready");
    assert.equal(await died(), 1);
    await goTo(scene, FIRST, FIRST.mistakeAfter);
    await type(window, " ]");
    await errors("Errors: 1");
    await press(window, "Backspace", "Backspace");
    await errors("No Problems");
    await beginLine(scene, FIRST);
    await suggestion(scene.window);
  });
});

describe("what the server knows of the cursor", () => {
  /** @param {string} title @param {string} tab @param {RegExp} expected */
  async function opens(title, tab, expected) {
    await runCommand(scene.window, title);
    const { page } = scene.window;
    const group = page.locator(".editor-group-container").filter({ has: page.locator(`.tab[data-resource-name="${tab}"]`) });
    const lines = group.locator(".view-lines");
    const shown = async () => ((await lines.count()) === 0 ? "" : (await lines.first().innerText()).replaceAll("\u00a0", " "));
    await eventually(scene.window, `the text of ${tab}`, shown, (seen) => expected.test(seen));
    await screenshot(scene.window, tab);
  }

  test("is why nothing was suggested", async () => {
    await open(scene, FIRST);
    await beginLine(scene, FIRST);
    await suggestion(scene.window);
    await press(scene.window, "Shift+Home");
    await type(scene.window, `${FIRST.comment}x`);
    await runCommand(scene.window, "Holegram: Explain Suggestions at Cursor");
    const page = scene.window.page.frameLocator("iframe.webview").frameLocator("iframe");
    await page.getByRole("heading", { name: "No suggestion here" }).waitFor();
    await page.getByText("The cursor is in a comment.").waitFor();
    await screenshot(scene.window, "explanation");
  });

  test("is the grammar of what fits there", async () => {
    await press(scene.window, "Shift+Home", "Delete");
    await opens("Holegram: Show Grammar of What Fits at Cursor", "hole.lark", /^start *:/m);
  });
});

/**
 * The process identifier of the language server that a code-server started last; they are at home in its folder.
 *
 * Those of windows that were closed may still be about to end.
 *
 * @param {string} home
 */
function newestServer(home) {
  const found = readdirSync("/proc").filter((name) => {
    try {
      const command = readFileSync(`/proc/${name}/cmdline`, "utf8").split("\0");
      return /^\d+$/.test(name) && command.includes("serve") && readlinkSync(`/proc/${name}/cwd`).startsWith(home);
    } catch {
      return false;
    }
  });
  return Math.max(...found.map(Number));
}
