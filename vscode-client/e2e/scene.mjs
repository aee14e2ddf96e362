/** Where a test plays: a code-server, a folder with a file of each language, and a window that shows it. */

// @ts-check

import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { endOf } from "./cases.mjs";
import { changeSettings, startCodeServer } from "./server.mjs";
import { eventually, moveTo, openFile, openWindow, press, shows, statusBar, type } from "./window.mjs";

/** @typedef {import("./cases.mjs").Case} Case */
/** @typedef {import("./server.mjs").CodeServer} CodeServer */
/** @typedef {import("./server.mjs").Settings} Settings */
/** @typedef {import("./server.mjs").Setup} Setup */
/** @typedef {import("./window.mjs").Window} Window */

/**
 * @typedef {object} Scene
 * @property {Window} window
 * @property {string} folder the workspace; a copy of `files/`
 * @property {string} home the temporary folder of the code-server
 * @property {(settings: Settings) => Promise<void>} configure replaces the user's settings; by the end the window has noticed
 * @property {() => Promise<void>} end closes all of it
 */

/** The environment variable that tells a test of a code-server that runs already: its address, then a line with its folder. */
export const RUNNING = "HOLEGRAM_E2E_RUNNING";

/**
 * What the environment says; see the README.
 *
 * @returns {Setup & { screenshots: string }}
 */
export function setup() {
  const root = resolve(import.meta.dirname, "..");
  return {
    install: there("HOLEGRAM_VSCODE", undefined, "run e2e/install.sh DIR, and name DIR"),
    extension: there("HOLEGRAM_VSIX", join(root, "holegram.vsix"), "run npm run package"),
    languageServer: there("HOLEGRAM_SERVER", undefined, "name an executable holegram"),
    screenshots: process.env.HOLEGRAM_SCREENSHOTS ?? mkdtempSync(join(tmpdir(), "holegram-screenshots-")),
  };
}

/** @param {string} name @param {string | undefined} otherwise @param {string} remedy */
function there(name, otherwise, remedy) {
  const path = process.env[name] ?? otherwise;
  if (path === undefined || !existsSync(path)) {
    throw new Error(`${name}: ${path ?? "not set"}: there is no such file; ${remedy}`);
  }
  return resolve(path);
}

/**
 * Open a window on a fresh copy of the files.
 *
 * @param {{ trustAll?: boolean, settings?: Settings, prepare?: (folder: string) => Promise<void> }} [options] `prepare` is
 *   given the folder before it is opened; where not all is trusted, the code-server is one of its own
 * @returns {Promise<Scene>}
 */
export async function begin({ trustAll = true, settings = {}, prepare } = {}) {
  const given = setup();
  const running = trustAll ? process.env[RUNNING] : undefined;
  const server = running === undefined ? await startCodeServer(given, { trustAll }) : shared(running);
  const folder = await mkdtemp(join(tmpdir(), "holegram-files-"));
  await cp(join(import.meta.dirname, "files"), folder, { recursive: true });
  await prepare?.(folder);
  await changeSettings(server.home, given, settings);
  const window = await openWindow(server.url, folder, given.screenshots);
  let changes = 0;
  return {
    window,
    folder,
    home: server.home,
    configure: async (changed) => {
      const title = `settings ${++changes}`;
      await changeSettings(server.home, given, { ...changed, "window.title": title });
      await eventually(window, "the title", () => window.page.title(), (seen) => seen === title);
    },
    end: async () => {
      await window.close();
      await server.stop();
      await rm(folder, { recursive: true });
    },
  };
}

/**
 * A folder to open, and a code-server that has a language of the user's own besides ours.
 *
 * @typedef {object} Place
 * @property {Setup & { screenshots: string }} given
 * @property {CodeServer} server
 * @property {string} folder empty at first
 * @property {() => Promise<void>} end closes all of it
 */

/** The folder of that language: from its grammar alone `holegram new` makes a bundle and an extension. */
export const SAMPLE = resolve(import.meta.dirname, "..", "..", "tests", "languages", "rules");

/**
 * Make a bundle and an extension of that grammar.
 *
 * @template {Setup} S
 * @param {S} given
 * @returns {Promise<{ given: S, end: () => Promise<void> }>} what is given with both; `end` removes them
 */
export async function makeOwn(given) {
  const data = await mkdtemp(join(tmpdir(), "holegram-own-"));
  const words = ["new", join(SAMPLE, "grammar.lark"), "--extension", ".rules", "--vscode"];
  execFileSync(given.languageServer, words, { env: { ...process.env, XDG_DATA_HOME: data } });
  const languageExtension = join(data, "holegram", "grammars", "rules", "rules.vsix");
  return { given: { ...given, languageExtension, data }, end: () => rm(data, { recursive: true }) };
}

/** @returns {Promise<Place>} */
export async function beginWithOwn() {
  const running = process.env[RUNNING];
  const own = running === undefined ? await makeOwn(setup()) : { given: setup(), end: () => Promise.resolve() };
  const { given } = own;
  const server = running === undefined ? await startCodeServer(given, { trustAll: true }) : shared(running);
  await changeSettings(server.home, given, {});
  const folder = await mkdtemp(join(tmpdir(), "holegram-files-"));
  return {
    given,
    server,
    folder,
    end: async () => {
      await server.stop();
      await rm(folder, { recursive: true });
      await own.end();
    },
  };
}

/** @param {string} running @returns {CodeServer} */
function shared(running) {
  const [url = "", home = ""] = running.split("\n");
  return { url, home, stop: () => Promise.resolve() };
}

/**
 * Open the file of a case and wait until the server is there.
 *
 * @param {Scene} scene
 * @param {Case} example
 */
export async function open({ window }, { file }) {
  await openFile(window, file);
  await shows(window, "the status", statusBar, "Holegram: ready");
}

/**
 * Put the cursor where a text ends in a file of the workspace that is in front and was not changed.
 *
 * @param {Scene} scene
 * @param {Case} example
 * @param {string} part
 */
export async function goTo({ window, folder }, { file }, part) {
  await moveTo(window, endOf(readFileSync(join(folder, file), "utf8"), part));
}

/**
 * Begin a new line where the model has something to say.
 *
 * @param {Scene} scene
 * @param {Case} example
 */
export async function beginLine(scene, example) {
  await goTo(scene, example, example.lineAfter);
  await press(scene.window, "Enter");
  await type(scene.window, example.start);
}
