/**
 * Runs the tests in a real VS Code: `npm run e2e`, or `npm run e2e -- names` for those of one file.
 *
 * Two files are tested at a time, each in windows of a code-server that runs from first to last and serves one file after the
 * other, but for those that trust no workspace. What a file says is printed once it is done.
 */

// @ts-check

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { RUNNING, makeOwn, setup } from "./scene.mjs";
import { startCodeServer } from "./server.mjs";

/** What takes longest goes first. */
const LONG = ["typing", "suggestions", "status"];
const LANES = 2;

const wanted = process.argv.slice(2);
const names = readdirSync(import.meta.dirname)
  .filter((name) => name.endsWith(".test.mjs"))
  .filter((name) => wanted.length === 0 || wanted.some((part) => name.startsWith(part)));
/** @param {string} name */
const isLong = (name) => LONG.some((part) => name.startsWith(part));
const waiting = [...names.filter(isLong).toReversed(), ...names.filter((name) => !isLong(name))];

const given = setup();
mkdirSync(given.screenshots, { recursive: true });
console.log(`screenshots: ${given.screenshots}`);
const own = await makeOwn(given);
/** @type {Set<ReturnType<typeof spawn>>} */
const running = new Set();
for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM"])) {
  process.once(signal, () => {
    waiting.length = 0;
    running.forEach((tests) => tests.kill(signal));
  });
}

async function lane() {
  const server = await startCodeServer(own.given, { trustAll: true });
  try {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      await runFile(name, `${server.url}\n${server.home}`);
    }
  } finally {
    await server.stop();
  }
}

/**
 * @param {string} name
 * @param {string} address of a code-server, and its folder
 */
async function runFile(name, address) {
  const tests = spawn(process.execPath, ["--test", "--test-reporter=spec", join(import.meta.dirname, name)], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, HOLEGRAM_SCREENSHOTS: given.screenshots, [RUNNING]: address },
  });
  running.add(tests);
  let said = "";
  for (const stream of [tests.stdout, tests.stderr]) {
    stream.setEncoding("utf8").on("data", (/** @type {string} */ text) => (said += text));
  }
  await once(tests, "close");
  running.delete(tests);
  console.log(said);
  if (tests.exitCode !== 0) {
    process.exitCode = 1;
  }
}

try {
  await Promise.all(Array.from({ length: Math.min(LANES, waiting.length) }, lane));
} finally {
  await own.end();
}
