// The page without a server: exported, shown by one that knows nothing but files, with no other network.

// @ts-check

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { deflateRawSync, inflateRawSync } from "node:zlib";

import { chromium } from "playwright-core";

import { commandOf, editor, ENDLESS, FLAGS, ghost, grammars, goTo, judged, open, paste, pasted, picture, serve, textOf } from "./scene.mjs";

const RUNTIME = process.env["HOLEGRAM_PYODIDE"] ?? resolve(import.meta.dirname, "../../../../tests/browser");
const IS_HERE = existsSync(join(RUNTIME, "node_modules/pyodide"));
const BELOW = "/some/where/";

const folder = mkdtempSync(join(tmpdir(), "playground-"));
const site = join(folder, "site");
/** @type {Awaited<ReturnType<typeof serve>>} */
let files;
let address = "";
/** @type {import("playwright-core").Browser} */
let browser;

before(async () => {
  if (!IS_HERE) {
    return;
  }
  const { program, words, cwd } = commandOf(["playground", "--export", site, "--pyodide", RUNTIME]);
  const done = spawnSync(program, words, { cwd, encoding: "utf-8" });
  assert.equal(done.status, 0, done.stderr);
  files = await serve(site, BELOW);
  address = files.address;
  browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: FLAGS });
});
after(async () => {
  await browser?.close();
  await files?.close();
  rmSync(folder, { recursive: true });
});

const SAMPLE = 6;

/**
 * Ask the server in a worker, past the page.
 *
 * @param {import("playwright-core").Worker} worker @param {string} method @param {object} params @returns {Promise<any>}
 */
async function asked(worker, method, params) {
  return await worker.evaluate(
    (question) =>
      new Promise((resolve) => {
        const { id } = question;
        const told = self.postMessage;
        self.postMessage = (/** @type {any} */ message) => {
          const answer = message.startsWith("{") ? JSON.parse(message) : null;
          if (answer?.id === id) {
            self.postMessage = told;
            resolve(answer.result);
          } else {
            told.call(self, message);
          }
        };
        self.dispatchEvent(new MessageEvent("message", { data: JSON.stringify(question) }));
      }),
    { jsonrpc: "2.0", id: `past ${String(Math.random())}`, method, params },
  );
}

/** What a program is with what is suggested at some of its lines. @param {import("playwright-core").Worker} worker @param {string} program */
async function completed(worker, program) {
  const lines = program.split("\n");
  const places = lines.flatMap((line, number) => (line.trim().length > 3 && number + 2 < lines.length ? [number] : []));
  const found = [];
  for (let count = 0; count < SAMPLE; count += 1) {
    const number = places[Math.floor((count * places.length) / SAMPLE)] ?? 0;
    const line = lines[number] ?? "";
    const kept = line.slice(0, line.length - line.trimStart().length + count);
    const text = (/** @type {string} */ rest) => [...lines.slice(0, number), kept + rest, ...lines.slice(number + 1)].join("\n");
    const uri = `file:///sample/${String(count)}.pipeline`;
    const opened = { textDocument: { uri, languageId: "pipeline", version: 0, text: text("") } };
    await worker.evaluate(
      (message) => self.dispatchEvent(new MessageEvent("message", { data: message })),
      JSON.stringify({ jsonrpc: "2.0", method: "textDocument/didOpen", params: opened }),
    );
    const place = { textDocument: { uri }, position: { line: number, character: kept.length }, context: { triggerKind: 1 } };
    const shown = await asked(worker, "textDocument/inlineCompletion", place);
    found.push(...(shown?.items ?? []).slice(0, 1).map((/** @type {any} */ one) => text(one.insertText)));
  }
  return found;
}

test("alone: of a link, with an error, a list, what fits, a suggestion, and another grammar; all of it in a link", { skip: !IS_HERE }, async () => {
  const one = grammars().find(({ name }) => name === "pipeline");
  assert.ok(one);
  const begun = { name: one.name, grammar: one.grammar, program: one.before + one.after, example: "" };
  const link = `${address}#share=${deflateRawSync(JSON.stringify(begun)).toString("base64url")}`;
  const { page, complaints, elsewhere, context } = await open(browser, link, {}, address);

  const lines = one.before.split("\n");
  await goTo(page, lines.length, (lines.at(-1) ?? "").length + 1);
  await page.keyboard.insertText("§");
  await page.locator("#text-program .cm-lintRange-error").first().waitFor();
  await page.keyboard.press("Backspace");
  await page.keyboard.press("Control+Space");
  await page.locator("#text-program .cm-tooltip-autocomplete li").first().waitFor();
  await page.keyboard.press("Escape");
  await page.locator("#tab-fits").click();
  await page.locator("#view-fits .hole").waitFor();
  await editor(page, "#text-program").focus();
  await page.keyboard.type(one.typed, { delay: 30 });
  await page.keyboard.press("Escape");
  const shown = await ghost(page);
  assert.notEqual(shown.trim(), "");
  await picture(page, "export");
  await page.keyboard.press("Tab");
  const text = await textOf(page, "#text-program");
  assert.ok(text.includes(one.typed + shown), text);
  assert.deepEqual(judged(one.grammar, [text]), [null], text);

  const worker = page.workers()[0];
  assert.ok(worker);
  const sampled = await completed(worker, text);
  assert.ok(sampled.length > SAMPLE / 2, "most lines have a suggestion");
  assert.deepEqual(judged(one.grammar, sampled).filter((wrong) => wrong !== null), [], sampled.join("\n---\n"));

  await page.locator("#share").click();
  await page.waitForFunction((before) => location.href !== before, link);
  const shared = Buffer.from(new URL(page.url()).hash.slice("#share=".length), "base64url");
  assert.deepEqual(JSON.parse(inflateRawSync(shared).toString()), { ...begun, program: text });

  await paste(page, "#grammar-editor", 'start: "only" "this"\n%ignore " "\n');
  await page.locator("#grammar-state", { hasText: "1 rules" }).waitFor();
  await page.locator("#text-program .cm-lintRange-error").first().waitFor();
  const sent = await worker.evaluate(async () => {
    try {
      await fetch("http://127.0.0.1:9/");
      return true;
    } catch {
      return false;
    }
  });
  assert.equal(sent, false);
  assert.deepEqual(elsewhere, [], "the page's policy holds in its worker: nothing is even asked for");

  const before = await textOf(page, "#text-program");
  await pasted(page, "#text-program", "set a to b;\n".repeat(420_000));
  await page.locator("#state", { hasText: "too long" }).waitFor();
  assert.equal(await textOf(page, "#text-program"), before);

  await paste(page, "#grammar-editor", ENDLESS);
  await page.locator("#grammar-state.bad", { hasText: /seconds of computing/u }).waitFor();

  const evil = "<img/src=x/onerror=globalThis.pwned=1><script>globalThis.pwned=1</script>";
  await paste(page, "#grammar-editor", `// ${evil}\nstart: item*\nitem: "item" NAME ";"\nNAME: /[<>\\/\\w=.]+/\n%ignore /\\s+/\n`);
  await page.locator("#grammar-state", { hasText: "2 rules" }).waitFor();
  const program = `item ${evil};`;
  await paste(page, "#text-program", program);
  await page.locator("#program-state", { hasText: "No errors" }).waitFor();
  await page.locator("#tab-outline").click();
  await page.locator("#view-outline[aria-busy=false]").waitFor();

  await page.evaluate(() => (document.documentElement.dataset["patience"] = "1000"));
  const stuck = page.workers()[0]?.evaluate(() => {
    for (;;);
  });
  stuck?.catch(() => undefined);
  await page.locator("#state", { hasText: "started anew" }).waitFor();
  await page.evaluate(() => delete document.documentElement.dataset["patience"]);
  await page.locator("#state", { hasText: "Your text is kept." }).waitFor();
  await page.locator("#grammar-state", { hasText: "2 rules" }).waitFor();
  assert.equal(await textOf(page, "#text-program"), program);
  await page.locator("#program-state", { hasText: "No errors" }).waitFor();
  assert.equal(await page.evaluate(() => "pwned" in globalThis), false);
  assert.equal(await page.locator("script").count(), 1);
  assert.deepEqual(complaints, []);
  await context.close();
});
