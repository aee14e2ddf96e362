/** Takes the pictures of the README: `node e2e/pictures.mjs`, with the environment of `npm run e2e`. */

// @ts-check

import { join } from "node:path";

import { begin, open } from "./scene.mjs";
import { CASES } from "./cases.mjs";
import {
  closeFile, ghostText, moveTo, openFile, press, problems, runCommand, shows, statusBar, suggestion, type,
} from "./window.mjs";

/** @typedef {import("./scene.mjs").Scene} Scene */
/** @typedef {import("./cases.mjs").Case} Case */

const IMAGES = join(import.meta.dirname, "..", "images");

const CALM = {
  "breadcrumbs.enabled": false,
  "editor.fontSize": 16,
  "editor.guides.indentation": false,
  "editor.quickSuggestions": { other: "off" },
  "editor.stickyScroll.enabled": false,
  "problems.decorations.enabled": false,
  "workbench.activityBar.location": "hidden",
  "workbench.layoutControl.enabled": false,
};

/** @param {Scene} scene @param {string} name */
async function take({ window: { page } }, name) {
  await page.mouse.move(0, 0);
  await page.screenshot({ path: join(IMAGES, `${name}.png`), animations: "disabled" });
}

/** @param {Scene} scene @param {string} name */
async function showFile({ window }, name) {
  await press(window, "Control+b");
  await openFile(window, name);
  await press(window, "Control+b");
  await window.page.locator(".part.sidebar").waitFor({ state: "hidden" });
}

/** @param {Scene} scene */
async function ghost(scene) {
  const { window } = scene;
  await showFile(scene, "loans.sql");
  await moveTo(window, { line: 4, column: 3 });
  await press(window, "Enter", "Enter");
  await type(window, "CREATE TABLE copy ();");
  await press(window, "ArrowLeft", "ArrowLeft", "Enter");
  await type(window, "id integer PRIMARY KEY,");
  await press(window, "Enter");
  await type(window, "bo");
  await suggestion(window);
  await shows(window, "the status", statusBar, "Holegram: ready");
  await take(scene, "suggestion");
  await press(window, "Escape");
  await closeFile(window);
}

/** @param {Scene} scene */
async function list(scene) {
  const { window } = scene;
  await showFile(scene, "library.graphql");
  await moveTo(window, { line: 3, column: 22 });
  await press(window, "Enter");
  await type(window, "loan(id: ID!): ");
  await press(window, "Control+Space");
  await window.page.locator(".editor-instance .suggest-widget.visible .monaco-list-row").nth(2).waitFor();
  await take(scene, "list");
  await press(window, "Escape");
  await closeFile(window);
}

/** @param {Scene} scene */
async function explanation(scene) {
  const { window } = scene;
  await showFile(scene, "loans.sql");
  await moveTo(window, { line: 3, column: 24 });
  await type(window, ",");
  await press(window, "Enter");
  await type(window, "author_id integer ");
  await runCommand(window, "Holegram: Explain Suggestions at Cursor");
  await window.page.frameLocator("iframe.webview").frameLocator("iframe").getByRole("heading").first().waitFor();
  await window.page.locator(".editor-group-container").nth(1).waitFor();
  await take(scene, "explanation");
}

/** @param {Scene} scene */
async function fix(scene) {
  const { window } = scene;
  await showFile(scene, "library.graphql");
  await moveTo(window, { line: 9, column: 8 });
  await press(window, "Delete");
  await shows(window, "the count of problems", problems, "Errors: 1");
  await runCommand(window, "Problems: Focus on Problems View");
  await window.page.locator(".markers-panel .monaco-list-row").first().waitFor();
  await runCommand(window, "View: Focus Active Editor Group");
  await moveTo(window, { line: 9, column: 10 });
  await shows(window, "the status", statusBar, "Holegram: ready");
  await press(window, "Control+.");
  await window.page.locator(".action-widget .monaco-list-row").first().waitFor();
  await take(scene, "fix");
  await press(window, "Escape", "Control+j");
  await closeFile(window);
}

/** @param {Scene} scene */
async function menu(scene) {
  const { window } = scene;
  await showFile(scene, "shelves.rq");
  await window.page.locator("[id='holegram.holegram.holegram.status']").click();
  await window.page.locator(".quick-input-widget .monaco-list-row").first().waitFor();
  await take(scene, "menu");
  await press(window, "Escape");
  await closeFile(window);
}

/** @param {Scene} scene */
async function written(scene) {
  const { window } = scene;
  await showFile(scene, "network.tf");
  await moveTo(window, { line: 5, column: 1 });
  await press(window, "Enter");
  await runCommand(window, "Holegram: Write…", "S3 bucket with versioning");
  await shows(window, "what was written", async () => (await ghostText(window)).includes("aws_s3_bucket_versioning"), true);
  await window.page.locator(".notification-toast").waitFor({ state: "hidden" });
  await take(scene, "write");
  await press(window, "Escape");
  await closeFile(window);
}

const scene = await begin({ settings: CALM });
try {
  await open(scene, /** @type {Case} */ (CASES[0]));
  await closeFile(scene.window);
  await press(scene.window, "Control+b");
  await scene.window.page.setViewportSize({ width: 760, height: 440 });
  for (const show of [ghost, list, fix, menu, written, explanation]) await show(scene);
} finally {
  await scene.end();
}
