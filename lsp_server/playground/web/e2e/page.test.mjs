// The page itself: what it shows of the model, by keyboard alone, with labels, dark and light, on a telephone.

// @ts-check

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { spawnSync } from "node:child_process";
import { after, before, test } from "node:test";

import { editor, goTo, open, paste, picture, play, python, textOf } from "./scene.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf-8");

/** @type {Awaited<ReturnType<typeof play>>} */
let scene;

before(async () => {
  scene = await play();
});
after(() => scene.close());

/** Nothing has changed for a moment: what looks at the page must not lose what it looks at. */
async function atRest() {
  await /** @type {Promise<void>} */ (
    new Promise((resolve) => {
      const observer = new MutationObserver(() => wait());
      let timer = setTimeout(rest, 700);
      function wait() {
        clearTimeout(timer);
        timer = setTimeout(rest, 700);
      }
      function rest() {
        observer.disconnect();
        resolve();
      }
      observer.observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
    })
  );
}

/** @param {import("playwright-core").Page} page */
async function faults(page) {
  await page.evaluate(atRest);
  await page.evaluate(AXE);
  return await page.evaluate(async () => {
    const axe = /** @type {any} */ (globalThis)["axe"];
    const found = await axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21aa"] });
    return found.violations.map((/** @type {any} */ one) => `${one.id}: ${one.nodes.map((/** @type {any} */ node) => node.target).join(" ")}`);
  });
}

/** A place where the model, left to itself, goes wrong. @param {import("playwright-core").Page} page */
async function atAction(page) {
  const lines = (await textOf(page, "#text-program")).split("\n");
  await goTo(page, lines.indexOf("  turn on ceiling;") + 1, 1);
  await page.keyboard.press("End");
  await page.keyboard.press("Enter");
  await page.keyboard.type("turn ");
}

test("the model at work: what was likely, what forbade it, and what it would write alone", async () => {
  const { page, complaints, context } = await open(scene.browser, scene.address);
  await atAction(page);
  const work = page.locator("#work-shown");
  await work.locator(".contender.taken").first().waitFor();
  await work.locator(".contender.grammar").first().waitFor();
  const suggested = await work.locator("pre").first().textContent();
  await page.locator("label[for=level-off]").click();
  await work.locator(".choices .token.wrong, .contender.taken.grammar").first().waitFor();
  const alone = await work.locator("pre").first().textContent();
  assert.notEqual(alone, suggested);
  await page.locator("label[for=level-left]").click();
  await page.waitForFunction((before) => document.querySelector("#work-shown pre")?.textContent !== before, alone);
  assert.deepEqual(complaints, []);
  await context.close();
});

test("what fits, the tree and the outline are those of the place of the cursor", async () => {
  const { page, complaints, context } = await open(scene.browser, scene.address);
  await atAction(page);
  await page.locator("#tab-fits").click();
  await page.locator("#view-fits .chips li", { hasText: "switch" }).waitFor();
  assert.match((await page.locator("#view-fits .hole").textContent()) ?? "", /^start: /mu);
  await page.locator("#tab-tree").click();
  await page.locator("#view-tree .here").first().waitFor();
  await page.locator("#tab-outline").click();
  await page.locator("#view-outline button", { hasText: "away" }).click();
  await page.keyboard.type("gone");
  await page.locator("#view-outline button", { hasText: "gone" }).waitFor();
  assert.deepEqual(complaints, []);
  await context.close();
});

test("an error has a fix, and a list has the names that are declared", async () => {
  const { page, complaints, context } = await open(scene.browser, scene.address);
  await paste(page, "#text-program", "scene night {\n  set lamp to 3\n}\nscene day { run night; }\n");
  await page.locator("#text-program .cm-lintRange-error").first().hover();
  await page.locator("#text-program .cm-diagnosticAction").first().click();
  await page.locator("#program-state", { hasText: "No errors" }).waitFor();
  assert.match(await textOf(page, "#text-program"), /set lamp to 3;/u);
  await goTo(page, 4, 12);
  await page.keyboard.type("run n");
  await page.locator("#text-program .cm-tooltip-autocomplete li", { hasText: "night" }).waitFor();
  assert.deepEqual(complaints, []);
  await context.close();
});

test("Tab accepts what came after Escape", async () => {
  const { page, complaints, context } = await open(scene.browser, scene.address);
  await atAction(page);
  // At once, so that no answer comes between: what is there is ended, a letter typed, and Escape pressed once more.
  await editor(page, "#text-program").evaluate((content) => {
    const escape = { key: "Escape", keyCode: 27, bubbles: true, cancelable: true };
    const isTaken = () => !content.dispatchEvent(new KeyboardEvent("keydown", escape));
    while (isTaken());
    document.execCommand("insertText", false, "o");
    while (isTaken());
  });
  const typed = await textOf(page, "#text-program");
  const grey = page.locator("#text-program .cm-ghost");
  await grey.waitFor();
  const shown = (await grey.textContent()) ?? "";
  assert.notEqual(shown, "");
  await page.keyboard.press("Tab");
  assert.equal(await textOf(page, "#text-program"), typed.replace(/turn o$/mu, (line) => line + shown));
  assert.deepEqual(complaints, []);
  await context.close();
});

test("a bundle and an extension are downloaded, and the bundle is one", async () => {
  const { page, context } = await open(scene.browser, scene.address);
  const folder = mkdtempSync(join(tmpdir(), "playground-"));
  for (const [button, name] of [["#bundle", "home-rules.zip"], ["#vscode", "home-rules.vsix"]]) {
    const [download] = await Promise.all([page.waitForEvent("download"), page.locator(button ?? "").click()]);
    assert.equal(download.suggestedFilename(), name);
    await download.saveAs(join(folder, name ?? ""));
  }
  const read = [
    "import sys, zipfile",
    "zipfile.ZipFile(sys.argv[1] + '/home-rules.vsix').getinfo('extension/package.json')",
    "zipfile.ZipFile(sys.argv[1] + '/home-rules.zip').extractall(sys.argv[1])",
    "from lark import Lark",
    "text = open(sys.argv[1] + '/home-rules/examples/example.home-rules').read()",
    "Lark(open(sys.argv[1] + '/home-rules/grammar.lark').read(), parser='lalr').parse(text)",
  ].join("\n");
  const done = spawnSync(python, ["-c", read, folder], { encoding: "utf-8" });
  assert.equal(done.stderr, "");
  rmSync(folder, { recursive: true });
  await context.close();
});

for (const scheme of /** @type {const} */ (["light", "dark"])) {
  test(`labels and contrasts are as they should be (${scheme})`, async () => {
    const { page, context } = await open(scene.browser, scene.address, { colorScheme: scheme });
    assert.equal(await page.locator("html").getAttribute("data-theme"), scheme);
    await atAction(page);
    await page.locator("#work-shown .contender").first().waitFor();
    assert.deepEqual(await faults(page), []);
    await picture(page, `page-${scheme}`);
    await context.close();
  });
}

test("all of it can be reached by keys alone", async () => {
  const { page, context } = await open(scene.browser, scene.address);
  const reached = new Set();
  await page.locator("body").press("Tab");
  for (let count = 0; count < 24; count += 1) {
    reached.add(await page.evaluate(() => document.activeElement?.id || document.activeElement?.className));
    await page.keyboard.press("Tab");
  }
  for (const id of ["skip", "gallery", "name", "share", "bundle", "vscode", "theme", "grammar-editor", "text-program"]) {
    assert.ok(reached.has(id), `${id} is not reached`);
  }
  await page.keyboard.press("F6");
  await page.locator("#tab-work").focus();
  await page.keyboard.press("ArrowRight");
  assert.equal(await page.locator("#tab-fits").getAttribute("aria-selected"), "true");
  await page.keyboard.press("F6");
  await page.keyboard.press("F6");
  await page.keyboard.press("Control+End");
  await page.keyboard.type("# by hand");
  assert.match(await textOf(page, "#text-program"), /# by hand$/u);
  await context.close();
});

test("on a telephone one part is shown at a time, and nothing is wider than the screen", async () => {
  const { page, context } = await open(scene.browser, scene.address, { viewport: { width: 360, height: 740 } });
  for (const [number, pane] of ["#grammar", "#program", "#insight"].entries()) {
    await page.locator("#places button").nth(number).click();
    assert.ok(await page.locator(pane).isVisible());
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
    await picture(page, `telephone-${number}`);
  }
  assert.equal(await editor(page, "#grammar-editor").isVisible(), false);
  await context.close();
});
