/** Looks for the server in this window's surroundings. */

import { accessSync, constants, statSync } from "node:fs";
import { homedir } from "node:os";
import * as vscode from "vscode";
import { selectedInterpreter } from "./interpreter";
import { type Location, locate } from "./locate";

/** The server, or why there is none; `environment` is the extension's own. */
export async function findServer(environment: string): Promise<Location> {
  const trusted = vscode.workspace.isTrusted;
  return locate(
    {
      setting: vscode.workspace.getConfiguration("holegram").get<string>("server.path", ""),
      interpreter: trusted ? await selectedInterpreter() : undefined,
      folders: (vscode.workspace.workspaceFolders ?? []).map((folder) => folder.uri.fsPath),
      trusted,
      searched: process.env.PATH ?? "",
      own: environment,
      home: homedir(),
      windows: process.platform === "win32",
    },
    runs,
  );
}

function runs(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
