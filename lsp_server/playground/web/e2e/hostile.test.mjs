// Whatever is pasted or linked to: the page stays alive, and runs nothing of it.

// @ts-check

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { editor, ENDLESS, isReady, open, paste, pasted, play, textOf } from "./scene.mjs";

/** @type {Awaited<ReturnType<typeof play>>} */
let scene;

before(async () => {
  scene = await play();
});
after(() => scene.close());

/** @param {import("playwright-core").Page} page */
async function isAlive(page) {
  await page.locator("#gallery").selectOption("tournament");
  await page.locator("#name").evaluate((field) => new Promise((resolve) => {
    const look = () => (/** @type {HTMLInputElement} */ (field).value === "Tournament" ? resolve(null) : setTimeout(look, 50));
    look();
  }));
  await isReady(page);
  await editor(page, "#text-program").focus();
  await page.keyboard.press("Control+End");
  await page.keyboard.type("-- alive");
  assert.match(await textOf(page, "#text-program"), /-- alive$/u);
}

test("a paste of five megabytes is left out, and the page goes on", async () => {
  const { page, complaints, context } = await open(scene.browser, scene.address);
  const before = await textOf(page, "#text-program");
  await pasted(page, "#text-program", "set a to b;\n".repeat(420_000));
  assert.equal(await textOf(page, "#text-program"), before);
  await isAlive(page);
  assert.deepEqual(complaints, []);
  await context.close();
});

test("a grammar that never loads is refused in a line, and the page goes on", async () => {
  const { page, complaints, context } = await open(scene.browser, scene.address);
  await paste(page, "#grammar-editor", ENDLESS);
  await page.locator("#grammar-state.bad", { hasText: /seconds of computing/u }).waitFor();
  await isAlive(page);
  assert.deepEqual(complaints, []);
  await context.close();
});

test("names that are markup are shown as they are written, and nothing runs", async () => {
  const { page, complaints, context } = await open(scene.browser, scene.address);
  const evil = "<img/src=x/onerror=globalThis.pwned=1><script>globalThis.pwned=1</script>";
  await page.locator("#name").fill(evil.slice(0, 40));
  await paste(
    page,
    "#grammar-editor",
    `// ${evil}\nstart: item*\n\n// ${evil}\nitem: "item" NAME ";"\nuse: "use" NAME ";"\n\n// ${evil}\nNAME: /[<>\\/\\w=.]+/\n%ignore /\\s+/\n`,
  );
  await isReady(page);
  await paste(page, "#text-program", "item <script>globalThis.pwned=1</script>;\nitem <img/src=x/onerror=globalThis.pwned=1>;\n");
  for (const tab of ["outline", "tree", "fits", "work"]) {
    await page.locator(`#tab-${tab}`).click();
    await page.waitForFunction((id) => document.getElementById(id)?.getAttribute("aria-busy") === "false", `view-${tab}`);
  }
  await page.locator("#tab-docs").click();
  await page.locator("#tab-program").click();
  await page.keyboard.press("Tab");
  await editor(page, "#text-program").focus();
  await page.keyboard.press("Control+Space");
  await page.locator("#text-program .cm-line").nth(1).hover();
  assert.equal(await page.evaluate(() => "pwned" in globalThis), false);
  assert.equal(await page.locator("script").count(), 1);
  // The editor puts images of its own beside ghost text.
  assert.equal(await page.locator("img:not(.cm-widgetBuffer)").count(), 1);
  assert.deepEqual(complaints, []);
  await context.close();
});

test("the page may run nothing but its own script", async () => {
  const { page, context } = await open(scene.browser, scene.address);
  const ran = await page.evaluate(() => {
    const script = document.createElement("script");
    script.textContent = "globalThis.inline = 1";
    document.head.append(script);
    const link = document.createElement("a");
    link.setAttribute("onclick", "globalThis.handled = 1");
    document.body.append(link);
    link.click();
    return ["inline" in globalThis, "handled" in globalThis];
  });
  assert.deepEqual(ran, [false, false]);
  await context.close();
});

test("a link that holds nonsense opens the page all the same", async () => {
  const { page, context } = await open(scene.browser, scene.address);
  for (const nonsense of ["share=%%%", "share=AAAA", `share=${"A".repeat(50_000)}`]) {
    await page.goto("about:blank");
    await page.goto(`${new URL(scene.address).origin}/#${nonsense}`);
    await isReady(page);
  }
  await context.close();
});

test("who does not know the token gets no language server", async () => {
  const context = await scene.browser.newContext();
  const page = await context.newPage();
  await page.goto(`${new URL(scene.address).origin}/`);
  await page.locator("#state", { hasText: "does not know this page" }).waitFor();
  await context.close();
});
