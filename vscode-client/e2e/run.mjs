/**
 * Runs the tests in a real VS Code: `npm run e2e`, or `npm run e2e -- names` for those of one file.
 *
 * One code-server serves all windows of all tests, but those that trust no workspace.
 */

// @ts-check

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { RUNNING, setup } from "./scene.mjs";
import { startCodeServer } from "./server.mjs";

const wanted = process.argv.slice(2);
const files = readdirSync(import.meta.dirname)
  .filter((name) => name.endsWith(".test.mjs"))
  .filter((name) => wanted.length === 0 || wanted.some((part) => name.startsWith(part)))
  .map((name) => join(import.meta.dirname, name));

const given = setup();
mkdirSync(given.screenshots, { recursive: true });
console.log(`screenshots: ${given.screenshots}`);
const server = await startCodeServer(given, { trustAll: true });
try {
  const tests = spawn(process.execPath, ["--test", "--test-concurrency=1", "--test-reporter=spec", ...files], {
    stdio: "inherit",
    env: {
      ...process.env,
      HOLEGRAM_SCREENSHOTS: given.screenshots,
      [RUNNING]: `${server.url}\n${server.home}`,
    },
  });
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM"])) {
    process.once(signal, () => tests.kill(signal));
  }
  await once(tests, "close");
  process.exitCode = tests.exitCode ?? 1;
} finally {
  await server.stop();
}
