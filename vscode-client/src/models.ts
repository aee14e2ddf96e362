/** Lets the user pick the model. */

import * as vscode from "vscode";

type Way = "bundled" | "folder" | "hub";

interface Entry extends vscode.QuickPickItem {
  readonly way: Way;
}

/** Asks for a model and sets it; the server is started anew by whoever watches the setting. */
export async function pickModel(): Promise<void> {
  const settings = vscode.workspace.getConfiguration("holegram");
  const current = settings.get<string | null>("model", null);
  const entries: Entry[] = [
    { label: "The bundled model", description: current === null ? "in use" : "", detail: "Small and fast; comes with Holegram.", way: "bundled" },
    { label: "A model in a folder…", description: current ?? "", detail: "A causal language model in the format of the transformers library.", way: "folder" },
    { label: "A model on the Hugging Face hub…", detail: "It is downloaded when it is first used.", way: "hub" },
  ];
  const chosen = await vscode.window.showQuickPick(entries, { title: "Choose the model that writes suggestions" });
  if (chosen === undefined) {
    return;
  }
  const model = chosen.way === "bundled" ? null : await (chosen.way === "folder" ? folder() : hubName(current));
  if (model !== undefined) {
    await settings.update("model", model ?? undefined, vscode.ConfigurationTarget.Global);
  }
}

async function folder(): Promise<string | undefined> {
  const chosen = await vscode.window.showOpenDialog({
    canSelectFiles: false,
    canSelectFolders: true,
    openLabel: "Use This Model",
  });
  return chosen?.[0]?.fsPath;
}

async function hubName(current: string | null): Promise<string | undefined> {
  return vscode.window.showInputBox({
    title: "Name of a model on the Hugging Face hub",
    placeHolder: "owner/name",
    value: current ?? "",
    validateInput: (name) =>
      /^[A-Za-z0-9][\w.-]*(\/[A-Za-z0-9][\w.-]*)?$/.test(name) ? undefined : "Write it as owner/name.",
  });
}
