/**
 * Where the server is looked for. Knows no editor; the file system only through the question whether a file can be run.
 *
 * Nothing that lies in a workspace is run unless the workspace is trusted, whatever points there.
 */

import * as path from "node:path";

export type Origin = "setting" | "interpreter" | "workspace" | "PATH" | "private";

export interface Surroundings {
  /** `holegram.server.path`; empty if it is not set. */
  readonly setting: string;
  /** The Python that the Python extension has selected, if there is that extension. */
  readonly interpreter: string | undefined;
  readonly folders: readonly string[];
  readonly trusted: boolean;
  /** The variable PATH. */
  readonly searched: string;
  /** The environment that the extension makes for itself. */
  readonly own: string;
  readonly home: string;
  readonly windows: boolean;
}

export interface Found {
  readonly command: string;
  readonly origin: Origin;
}

/** Why there is no server, in one line; `set` if the setting is to blame. */
export interface Missing {
  readonly problem: string;
  readonly set: boolean;
}

export type Location = Found | Missing;

/** The first place that holds a server: the setting, which must be right if it is there, or else what goes without it. */
export function locate(around: Surroundings, runs: (file: string) => boolean): Location {
  if (around.setting !== "") {
    const command = expanded(around.setting, around.home);
    if (!path.isAbsolute(command)) {
      return { problem: `The setting holegram.server.path must be an absolute path. It is: ${around.setting}`, set: true };
    }
    return runs(command)
      ? { command, origin: "setting" }
      : { problem: `The setting holegram.server.path names no program: ${around.setting}`, set: true };
  }
  const found = places(around).find((place) => allowed(place, around) && runs(place.command));
  return found ?? { problem: "The server is not installed. Click to install it.", set: false };
}

/** The script `holegram` of an environment. */
export function scriptIn(environment: string, windows: boolean): string {
  return windows
    ? path.join(environment, "Scripts", "holegram.exe")
    : path.join(environment, "bin", "holegram");
}

function* placesOf(around: Surroundings): Generator<Found> {
  const name = around.windows ? "holegram.exe" : "holegram";
  if (around.interpreter !== undefined) {
    const beside = path.dirname(around.interpreter);
    yield { command: path.join(beside, name), origin: "interpreter" };
    yield { command: path.join(beside, "Scripts", name), origin: "interpreter" };
  }
  for (const folder of around.folders) {
    yield { command: scriptIn(path.join(folder, ".venv"), around.windows), origin: "workspace" };
  }
  for (const directory of around.searched.split(path.delimiter)) {
    yield { command: path.join(directory, name), origin: "PATH" };
  }
  yield { command: scriptIn(around.own, around.windows), origin: "private" };
}

function places(around: Surroundings): Found[] {
  return [...placesOf(around)].filter((place) => path.isAbsolute(place.command));
}

/** Whether a place may be run. Which interpreter is selected may have been said by the workspace itself. */
function allowed(place: Found, around: Surroundings): boolean {
  if (around.trusted) {
    return true;
  }
  return place.origin !== "interpreter" && !around.folders.some((folder) => inside(place.command, folder));
}

function inside(file: string, folder: string): boolean {
  const relative = path.relative(folder, file);
  return relative !== "" && relative.split(path.sep)[0] !== ".." && !path.isAbsolute(relative);
}

function expanded(file: string, home: string): string {
  return file === "~" || file.startsWith("~/") ? path.join(home, file.slice(1)) : file;
}
