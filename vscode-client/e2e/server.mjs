/**
 * The life of one code-server: a VS Code that a browser opens, with the extension in it and nothing of the user's own.
 *
 * Knows no browser and no window; `window.mjs` does.
 */

// @ts-check

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Where things are; all paths are absolute.
 *
 * @typedef {object} Setup
 * @property {string} install the folder that `install.sh` filled
 * @property {string} extension the packaged extension, a `.vsix`
 * @property {string} languageServer an executable `holegram`
 * @property {string} [languageExtension] a further packaged extension, for a language that is not ours
 * @property {string} [data] the folder in which the user's own bundles are looked for
 */

/**
 * A running code-server.
 *
 * @typedef {object} CodeServer
 * @property {string} url
 * @property {string} home its own temporary folder
 * @property {() => Promise<void>} stop ends it with all that it started, and removes its folder
 */

/** Settings that keep away what tests cannot use: questions, tips and what asks the network. */
const QUIET = {
  "chat.disableAIFeatures": true,
  "editor.minimap.enabled": false,
  "extensions.autoCheckUpdates": false,
  "extensions.ignoreRecommendations": true,
  "files.autoSave": "off",
  "git.enabled": false,
  "telemetry.telemetryLevel": "off",
  "update.mode": "none",
  "window.commandCenter": false,
  "workbench.enableExperiments": false,
  "workbench.reduceMotion": "on",
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
};

/** @typedef {Readonly<Record<string, unknown>>} Settings */

/**
 * Start a code-server with the extension installed.
 *
 * @param {Setup} setup
 * @param {{ trustAll: boolean }} options whether each workspace is trusted without a question
 * @returns {Promise<CodeServer>}
 */
export async function startCodeServer(setup, { trustAll }) {
  const home = await mkdtemp(join(tmpdir(), "holegram-e2e-"));
  const folders = ["--user-data-dir", join(home, "data"), "--extensions-dir", join(home, "extensions")];
  const common = ["--config", join(home, "config.yaml"), ...folders];
  await writeFile(join(home, "config.yaml"), "auth: none\n");
  await changeSettings(home, setup, {});
  for (const extension of [setup.extension, setup.languageExtension]) {
    if (extension !== undefined) {
      await finished(run(setup, [...common, "--install-extension", extension]));
    }
  }
  const server = run(setup, [
    ...common,
    "--bind-addr=127.0.0.1:0",
    "--disable-telemetry",
    "--disable-update-check",
    "--disable-getting-started-override",
    "--ignore-last-opened",
    ...(trustAll ? ["--disable-workspace-trust"] : []),
  ]);
  const url = await listening(server);
  return {
    url,
    home,
    stop: async () => {
      await stop(server);
      await rm(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
    },
  };
}

/**
 * Replace the user's settings; open windows notice.
 *
 * Those of a machine are read from a file of their own, since to a browser this machine is a remote one.
 *
 * @param {string} home
 * @param {Setup} setup
 * @param {Settings} settings
 */
export async function changeSettings(home, setup, settings) {
  const machine = { "holegram.server.path": setup.languageServer };
  await write(join(home, "data", "Machine"), { ...machine, ...settings });
  await write(join(home, "data", "User"), { ...QUIET, ...settings });
}

/** @param {string} folder @param {Settings} settings */
async function write(folder, settings) {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "settings.json"), JSON.stringify(settings, undefined, 2));
}

/**
 * A process of code-server, in a group of its own so that all of it can be ended.
 *
 * @param {Setup} setup
 * @param {readonly string[]} args
 */
function run(setup, args) {
  const modules = join(setup.install, "node_modules");
  const entry = join(modules, "code-server", "out", "node", "entry.js");
  const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("NODE_")));
  return spawn(join(modules, ".bin", "node"), [entry, ...args], {
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: setup.data === undefined ? environment : { ...environment, XDG_DATA_HOME: setup.data },
  });
}

/** @typedef {ReturnType<typeof run>} Process */

/** @param {Process} child */
async function finished(child) {
  const said = listen(child);
  await once(child, "close");
  if (child.exitCode !== 0) {
    throw new Error(`code-server ended with ${child.exitCode ?? "a signal"}: ${said()}`);
  }
}

/**
 * The address of a server that just started.
 *
 * @param {Process} server
 * @returns {Promise<string>}
 */
function listening(server) {
  const said = listen(server);
  return new Promise((resolve, reject) => {
    server.stdout.on("data", () => {
      const address = /HTTP server listening on (http:\S+?)\/?\s/.exec(said());
      if (address?.[1] !== undefined) {
        resolve(address[1]);
      }
    });
    server.on("exit", (code) => {
      reject(new Error(`code-server ended with ${code ?? "a signal"}: ${said()}`));
    });
  });
}

/**
 * Read what a process prints, all along, since a full pipe would stop it.
 *
 * @param {Process} child
 */
function listen(child) {
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8");
    stream.on("data", (/** @type {string} */ text) => (said += text));
  }
  return () => said;
}

/** @param {Process} server */
async function stop(server) {
  const group = -Number(server.pid);
  if (server.exitCode !== null || server.signalCode !== null) {
    return;
  }
  const closed = once(server, "close");
  process.kill(group, "SIGTERM");
  const patience = setTimeout(() => process.kill(group, "SIGKILL"), 5_000);
  await closed;
  clearTimeout(patience);
}
