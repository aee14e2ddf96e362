/**
 * The language server of an export, in a browser, for who talks to it in lines: `node e2e/relay.mjs FOLDER`.
 *
 * Each line of standard input is a message to it, and each line of standard output one from it.
 */

// @ts-check

import { createInterface } from "node:readline";

import { chromium } from "playwright-core";

import { FLAGS, serve } from "./scene.mjs";

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  console.error("usage: node e2e/relay.mjs FOLDER");
  process.exit(2);
}
const site = await serve(folder, "/");
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: FLAGS });
const page = await browser.newPage();
await page.route("**/relay.html", (route) => route.fulfill({ contentType: "text/html", body: "<!doctype html>" }));
await page.goto(`${site.address}relay.html`);
await page.exposeFunction("heard", (/** @type {string} */ message) => {
  if (message.startsWith("{")) {
    process.stdout.write(`${message.replaceAll("\n", " ")}\n`);
  } else {
    console.error(message);
  }
});
await page.evaluate(async (base) => {
  const code = await (await fetch(`${base}worker.js`)).text();
  const worker = new Worker(URL.createObjectURL(new Blob([code], { type: "text/javascript" })), { type: "module" });
  const shared = /** @type {any} */ (globalThis);
  worker.addEventListener("message", ({ data }) => shared.heard(data));
  worker.addEventListener("error", (event) => shared.heard(event.message));
  worker.postMessage(base);
  shared.told = (/** @type {string} */ message) => {
    worker.postMessage(message);
  };
}, site.address);
for await (const line of createInterface({ input: process.stdin })) {
  await page.evaluate((message) => /** @type {any} */ (globalThis).told(message), line);
}
await browser.close();
await site.close();
