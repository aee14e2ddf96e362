/** Lets the user install the server, with progress that can be cancelled. */

import * as vscode from "vscode";
import { install } from "./install";
import type { Missing } from "./locate";

const WINDOWS = process.platform === "win32";

export interface Place {
  readonly environment: string;
  readonly home: string;
  readonly interpreter: string | undefined;
  readonly log: vscode.LogOutputChannel;
  /** Told what the installation is busy with. */
  step(message: string): void;
}

/** Installs the server; true if it is there now. What goes wrong is shown in one line. */
export async function installWithProgress(place: Place): Promise<boolean> {
  try {
    await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title: "Installing the Holegram server", cancellable: true },
      async (progress, token) => {
        const aborted = new AbortController();
        token.onCancellationRequested(() => {
          aborted.abort();
        });
        await install({
          environment: place.environment,
          home: place.home,
          source: vscode.workspace.getConfiguration("holegram").get<string>("server.source", "") || "holegram",
          pythons: pythonsOf(place),
          windows: WINDOWS,
          signal: aborted.signal,
          step: (message) => {
            progress.report({ message });
            place.step(message);
          },
          log: (line) => {
            place.log.info(line);
          },
        });
      },
    );
    return true;
  } catch (error) {
    if (error instanceof Error && error.name === "AbortError") {
      return false;
    }
    const reason = error instanceof Error ? error.message : String(error);
    place.log.error(reason);
    void complain(reason, place.log);
    return false;
  }
}

function pythonsOf(place: Place): string[] {
  const known = WINDOWS
    ? ["py", "python", "python3"]
    : ["python3.12", "python3.11", "python3", "python3.13", "python3.14", "python"]; // the ones with most parsers first
  return place.interpreter === undefined ? known : [place.interpreter, ...known];
}

async function complain(reason: string, log: vscode.LogOutputChannel): Promise<void> {
  const chosen = await vscode.window.showErrorMessage(
    `The Holegram server was not installed. ${reason}`,
    "Open Setting",
    "Show Log",
    "Try Again",
  );
  if (chosen === "Open Setting") {
    await vscode.commands.executeCommand("workbench.action.openSettings", "holegram.server.source");
  } else if (chosen === "Show Log") {
    log.show();
  } else if (chosen === "Try Again") {
    await vscode.commands.executeCommand("holegram.installServer");
  }
}

/** Says that there is no server, and offers what helps. */
export async function offerInstallation(missing: Missing): Promise<void> {
  const set = "Set Path";
  const chosen = missing.set
    ? await vscode.window.showErrorMessage(`Holegram: ${missing.problem}`, set)
    : await vscode.window.showWarningMessage(
        "Holegram needs its server, a Python package, and did not find one. Install it for this extension only?",
        "Install",
        set,
        "Not Now",
      );
  if (chosen === "Install") {
    await vscode.commands.executeCommand("holegram.installServer");
  } else if (chosen === set) {
    await vscode.commands.executeCommand("workbench.action.openSettings", "holegram.server.path");
  }
}
