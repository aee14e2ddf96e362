/** The Python that the user has selected in the Python extension, if there is that extension. */

import * as vscode from "vscode";

/** What is used of that extension's public interface. */
interface PythonExtension {
  readonly environments?: {
    getActiveEnvironmentPath(resource?: vscode.Uri): { readonly path: string };
    resolveEnvironment(
      environment: unknown,
    ): Promise<{ readonly executable: { readonly uri?: vscode.Uri } } | undefined>;
    readonly onDidChangeActiveEnvironmentPath: vscode.Event<unknown>;
  };
}

async function environments(): Promise<PythonExtension["environments"]> {
  const extension = vscode.extensions.getExtension<PythonExtension>("ms-python.python");
  try {
    return (await extension?.activate())?.environments;
  } catch {
    return undefined;
  }
}

/** The selected interpreter; undefined if nobody knows of one. */
export async function selectedInterpreter(): Promise<string | undefined> {
  const known = await environments();
  if (known === undefined) {
    return undefined;
  }
  try {
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    const environment = await known.resolveEnvironment(known.getActiveEnvironmentPath(folder));
    return environment?.executable.uri?.fsPath;
  } catch {
    return undefined;
  }
}

/** Calls back when another interpreter is selected. */
export async function onInterpreterChange(changed: () => void): Promise<vscode.Disposable> {
  const known = await environments();
  return known?.onDidChangeActiveEnvironmentPath(changed) ?? new vscode.Disposable(() => undefined);
}
