/**
 * Measures an export from nothing to the first suggestion, and then each key: `node e2e/start.mjs FOLDER [KEYS]`.
 *
 * Real time says something on a quiet machine only; seconds of computing, of all the browser's processes, do always.
 * Cold is a browser that was never there; warm is the same one once more.
 */

// @ts-check

import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { chromium } from "playwright-core";

import { editor, FLAGS, goTo, serve, textOf } from "./scene.mjs";

const TICKS = 100;

/** Seconds of computing of all processes below this one. */
function computed() {
  /** @type {Map<number, { parent: number, ticks: number }>} */
  const all = new Map();
  for (const name of readdirSync("/proc").filter((one) => /^\d+$/u.test(one))) {
    try {
      const words = readFileSync(`/proc/${name}/stat`, "utf-8").replace(/^.*\) /su, "").split(" ");
      all.set(Number(name), { parent: Number(words[1]), ticks: Number(words[11]) + Number(words[12]) });
    } catch {
      // It has ended meanwhile.
    }
  }
  /** @type {(pid: number) => boolean} */
  const ours = (pid) => pid === process.pid || (all.has(pid) && pid > 1 && ours(all.get(pid)?.parent ?? 0));
  return [...all].filter(([pid]) => pid !== process.pid && ours(pid)).reduce((sum, [, one]) => sum + one.ticks, 0) / TICKS;
}

/** @param {number[]} values @param {number} share */
const quantile = (values, share) => [...values].sort((one, other) => one - other)[Math.floor(share * (values.length - 1))] ?? 0;

const [folder, keys = "60"] = process.argv.slice(2);
if (folder === undefined) {
  console.error("usage: node e2e/start.mjs FOLDER [KEYS]");
  process.exit(2);
}
const site = await serve(folder, "/");
const profile = mkdtempSync(join(tmpdir(), "playground-"));
for (const how of ["cold", "warm"]) {
  const context = await chromium.launchPersistentContext(profile, { executablePath: "/usr/bin/chromium", args: FLAGS });
  const page = context.pages()[0] ?? (await context.newPage());
  page.setDefaultTimeout(120_000);
  const [began, before] = [performance.now(), computed()];
  /** @param {string} what */
  const tell = (what) => {
    const [real, cpu] = [(performance.now() - began) / 1000, computed() - before];
    console.log(`${how}: ${what} after ${real.toFixed(1)} s, ${cpu.toFixed(1)} s of computing`);
  };
  await page.goto(site.address);
  await page.locator("#grammar-state", { hasText: /ready|Bundled/u }).waitFor({ state: "attached" });
  tell("the first grammar is ready");
  const marks = await page.workers()[0]?.evaluate(() => performance.getEntriesByType("mark").map((one) => `${one.name} ${one.startTime.toFixed(0)}`));
  console.log(`${how}: in the worker, ms: ${marks?.join(", ") ?? "nothing"}`);
  const lines = (await textOf(page, "#text-program")).split("\n");
  await goTo(page, lines.indexOf("  turn on ceiling;") + 1, 1);
  await page.keyboard.press("End");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Alt+\\");
  await page.locator("#text-program .cm-ghost").waitFor();
  tell("the first suggestion is shown");
  if (how === "warm") {
    await page.keyboard.press("Escape");
    /** @type {number[]} */
    const times = [];
    const typed = "turn off lamp;\nset heater to 20;\nrun night;\n".repeat(9).slice(0, Number(keys));
    for (const key of typed) {
      const start = performance.now();
      await page.keyboard.insertText(key);
      await page.workers()[0]?.evaluate(() => null); // answers once the worker is free
      times.push(performance.now() - start);
    }
    console.log(`a key: ${quantile(times, 0.5).toFixed(0)} ms at the median, ${quantile(times, 0.95).toFixed(0)} ms at the 95th percentile (${String(times.length)} keys, each until the worker is free)`);
    await editor(page, "#text-program").focus();
  }
  await context.close();
}
await site.close();
rmSync(profile, { recursive: true });
