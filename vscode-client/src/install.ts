/** Installs the server into a virtual environment of the extension's own. Knows no editor. */

import { rm } from "node:fs/promises";
import * as path from "node:path";
import { output } from "./processes";

export interface Installation {
  /** Where the environment is to be; what is there is replaced. */
  readonly environment: string;
  /** A folder to run in that holds no code. */
  readonly home: string;
  /** What pip installs: a name, or the path of a wheel. */
  readonly source: string;
  /** Pythons to try, the best first. */
  readonly pythons: readonly string[];
  readonly windows: boolean;
  readonly signal: AbortSignal;
  step(message: string): void;
  log(line: string): void;
}

const OLDEST = [3, 11] as const;
const NEWEST = [3, 14] as const;

/** Makes the environment; what is unfinished is removed again. Fails with one line that tells the user what to do. */
export async function install(what: Installation): Promise<void> {
  what.step("looking for Python");
  const python = await usable(what);
  const said: string[] = [];
  const run = (command: string, args: readonly string[]): Promise<void> => followed(what, said, command, args);
  try {
    await rm(what.environment, { recursive: true, force: true });
    what.step("making an environment");
    await run(python, ["-I", "-m", "venv", what.environment]);
    what.step(`installing ${path.basename(what.source)}`);
    const own = path.join(what.environment, what.windows ? "Scripts/python.exe" : "bin/python");
    const pip = ["-I", "-m", "pip", "--disable-pip-version-check", "--no-input", "install", "--progress-bar", "off"];
    await run(own, [...pip, what.source]);
  } catch (error) {
    await rm(what.environment, { recursive: true, force: true });
    what.signal.throwIfAborted();
    const advice = adviceFor(what.source, said);
    throw advice === undefined ? error : new Error(advice);
  }
}

const SETTING = "holegram.server.source";

/** What helps where it is known from what Python or pip said; undefined where their own words must do. */
export function adviceFor(source: string, said: readonly string[]): string | undefined {
  const all = said.join("\n");
  if (/ensurepip is not available|No module named (ensurepip|pip)\b/.test(all)) {
    return "This Python cannot make environments. On Debian or Ubuntu, install the package python3-venv, then try again.";
  }
  const missing = /No matching distribution found for (\S+)/.exec(all)?.[1];
  if (missing !== undefined && /^\s*WARNING: Retrying /m.test(all)) {
    return `The package index cannot be reached. Check your network and proxy. Without a network, ${wheel()}`;
  }
  if (missing === source) {
    return `There is no package "${source}" on your package index. To install it from a file, ${wheel()}`;
  }
  if (missing !== undefined) {
    return `The server needs "${missing}", and your package index has no version of it for this Python and this computer.`;
  }
  if (/not a valid wheel filename|file does not exist|Invalid requirement|File '.*' does not exist/.test(all)) {
    return `The setting ${SETTING} names no file and no package: ${source}. To install from a file, ${wheel()}`;
  }
  const compiled = /Failed (?:building wheel for|to build.*?) (\S+)/.exec(all)?.[1];
  return compiled === undefined
    ? undefined
    : `"${compiled}" could not be built. It may need a C compiler; the log has the details.`;
}

function wheel(): string {
  return `set ${SETTING} to the path of a wheel (holegram-….whl), then try again.`;
}

/** The version in the output of Python, if the server runs with it. */
export function suits(version: string): boolean {
  const found = /^(\d+)\.(\d+)/.exec(version.trim());
  const major = Number(found?.[1]);
  const minor = Number(found?.[2]);
  return major === OLDEST[0] && minor >= OLDEST[1] && minor <= NEWEST[1];
}

/** What to say while pip works: what it is busy with, without versions and addresses; undefined for what says nothing new. */
export function stepOf(line: string): string | undefined {
  const [, doing, what = "", more = ""] = /^\s*(Collecting|Downloading|Installing)\s(\S+)(.*)$/.exec(line) ?? [];
  if (doing === "Collecting") {
    return `looking at ${/^[\w.-]+/.exec(what)?.[0] ?? what}`;
  }
  if (doing === "Downloading") {
    const name = path.posix.basename(what).split("-")[0] ?? what;
    const size = /\(([\d.]+ \w?B)\)/.exec(more)?.[1];
    return `downloading ${name}${size === undefined ? "" : ` (${size})`}`;
  }
  return doing === "Installing" ? "unpacking what was downloaded" : undefined;
}

async function usable(what: Installation): Promise<string> {
  const seen: string[] = [];
  for (const python of what.pythons) {
    try {
      const version = await output({
        command: python,
        args: ["-I", "-c", "import sys, venv; print('%d.%d' % sys.version_info[:2])"],
        cwd: what.home,
        signal: what.signal,
      });
      if (suits(version)) {
        what.log(`Python ${version.trim()}: ${python}`);
        return python;
      }
      seen.push(`${python} is ${version.trim()}`);
    } catch {
      what.signal.throwIfAborted();
    }
  }
  const wanted = `It needs Python ${OLDEST.join(".")} to ${NEWEST.join(".")} with the module venv`;
  throw new Error(`${wanted}, and ${seen.length === 0 ? "there is no Python" : `there is only: ${seen.join(", ")}`}.`);
}

/** Runs a program, and adds what it says to what was said. */
async function followed(what: Installation, said: string[], command: string, args: readonly string[]): Promise<void> {
  const line = (text: string): void => {
    said.push(text);
    what.log(text);
    const step = stepOf(text);
    if (step !== undefined) {
      what.step(step);
    }
  };
  await output({ command, args, cwd: what.home, line, signal: what.signal });
}
