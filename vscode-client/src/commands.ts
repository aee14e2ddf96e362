/** The commands that ask the server about the cursor, and the menu that leads to all of them. */

import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import type { Documents } from "./documents";
import { type HoleAnswer, holeText } from "./hole";
import type { Situation } from "./status";

export interface Asking {
  client(): LanguageClient | undefined;
  readonly documents: Documents;
  /** Why nothing is suggested anywhere in this window, if that is so. */
  silence(): string | undefined;
}

/** The answer to `holegram/explain`, as far as it is shown here: a page of Markdown, and what became of the last request. */
interface Explanation {
  readonly page: string;
  readonly last: { readonly reason: string | null } | null;
}

/** Shows why something was suggested at the cursor, or nothing was. */
export async function explain(asking: Asking): Promise<void> {
  const answer = await ask<Explanation>(asking, "holegram/explain");
  if (answer !== undefined) {
    await asking.documents.showPage("Holegram: Explanation", answer[1].page);
  }
}

/** Why there was nothing at a place where a suggestion was just asked for; undefined where that is not known. */
export async function whyNothing(
  client: LanguageClient | undefined,
  document: vscode.TextDocument,
  position: vscode.Position,
): Promise<string | undefined> {
  const params = client?.code2ProtocolConverter.asTextDocumentPositionParams(document, position);
  const answer = await client?.sendRequest<Explanation | null>("holegram/explain", params).catch(() => null);
  return answer?.last?.reason ?? undefined;
}

/** Shows the grammar of what fits at the cursor. */
export async function showHole(asking: Asking): Promise<void> {
  const answer = await ask<HoleAnswer>(asking, "holegram/hole");
  if (answer !== undefined) {
    await asking.documents.show("hole.lark", holeText(...answer));
  }
}

/** The answer to `holegram/write`. */
type WriteAnswer =
  | { readonly text: string; readonly range: { start: LspPosition; end: LspPosition }; readonly suggested: boolean }
  | { readonly reason: string };

interface LspPosition {
  readonly line: number;
  readonly character: number;
}

/**
 * Asks in words what to write at the cursor, or how to change what is selected, and shows it to be accepted: what is new as
 * ghost text, a change as a preview.
 */
export async function write(asking: Asking): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  const client = asking.client();
  const hindrance = whyNot(editor, client, undefined);
  if (editor === undefined || client === undefined || hindrance !== undefined) {
    void vscode.window.showInformationMessage(`Holegram: ${hindrance ?? "the server is not running."}`);
    return;
  }
  const selection = editor.selection;
  const instruction = await vscode.window.showInputBox({
    title: "Holegram: Write",
    prompt: selection.isEmpty ? "What is to be written at the cursor?" : "How is the selection to be changed?",
  });
  if (instruction === undefined || instruction.trim() === "") {
    return;
  }
  const params = {
    ...client.code2ProtocolConverter.asTextDocumentPositionParams(editor.document, selection.start),
    end: client.code2ProtocolConverter.asPosition(selection.end),
    instruction,
  };
  const answer = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: "Holegram: writing", cancellable: true },
    async (_, token) => client.sendRequest<WriteAnswer | null>("holegram/write", params, token).catch(() => null),
  );
  if (answer === null || "reason" in answer) {
    void vscode.window.showInformationMessage(`Holegram: ${answer?.reason ?? "nothing was written."}`);
    return;
  }
  if (answer.suggested && asking.silence() === undefined && editor.selection.isEqual(selection)) {
    await vscode.commands.executeCommand("editor.action.inlineSuggest.trigger");
    return;
  }
  const edit = new vscode.WorkspaceEdit();
  const range = client.protocol2CodeConverter.asRange(answer.range);
  edit.replace(editor.document.uri, range, answer.text, { needsConfirmation: true, label: instruction });
  await vscode.workspace.applyEdit(edit);
}

/** Asks about the cursor and gives the answer, with the place in words; undefined where nothing can be asked. */
async function ask<Answer>(asking: Asking, method: string): Promise<readonly [string, Answer] | undefined> {
  // Where a page has the focus that shows an answer, the question is about the editor beside it.
  const editor = vscode.window.activeTextEditor ?? vscode.window.visibleTextEditors[0];
  const client = asking.client();
  const hindrance = whyNot(editor, client, asking.silence());
  if (editor === undefined || client === undefined || hindrance !== undefined) {
    void vscode.window.showInformationMessage(`Holegram: ${hindrance ?? "the server is not running."}`);
    return undefined;
  }
  const position = editor.selection.active;
  const params = client.code2ProtocolConverter.asTextDocumentPositionParams(editor.document, position);
  try {
    const answer = await client.sendRequest<Answer | null>(method, params);
    if (answer !== null) {
      return [placeOf(editor.document.uri, position), answer];
    }
  } catch (error) {
    client.outputChannel.error(`${method}: ${String(error)}`);
  }
  void vscode.window.showWarningMessage("Holegram: the server could not answer. The log says why.");
  return undefined;
}

function whyNot(
  editor: vscode.TextEditor | undefined,
  client: LanguageClient | undefined,
  silence: string | undefined,
): string | undefined {
  if (editor === undefined) {
    return "open a file and put the cursor where you want to ask.";
  }
  return client === undefined ? "the server is not running." : silence;
}

function placeOf(uri: vscode.Uri, position: vscode.Position): string {
  const name = vscode.workspace.asRelativePath(uri, false);
  return `${name}:${position.line + 1}:${position.character + 1}`;
}

interface Entry extends vscode.QuickPickItem {
  readonly command: string;
}

/** The menu of the status bar item. */
export async function showMenu(title: string, now: Situation): Promise<void> {
  const entries: Entry[] = [
    now.paused
      ? { label: "$(debug-start) Resume suggestions", command: "holegram.togglePause" }
      : { label: "$(debug-pause) Pause suggestions in this window", command: "holegram.togglePause" },
    now.snoozedUntil === undefined
      ? { label: "$(bell-slash) Snooze suggestions for 10 minutes", command: "holegram.snooze" }
      : { label: "$(bell) End the snooze", command: "holegram.snooze" },
    { label: "$(circuit-board) Choose model…", command: "holegram.pickModel" },
    { label: "$(edit) Write…", command: "holegram.write" },
    { label: "$(question) Explain suggestions at the cursor", command: "holegram.explain" },
    { label: "$(symbol-structure) Show grammar of what fits at the cursor", command: "holegram.showHole" },
    { label: "$(output) Show log", command: "holegram.showLog" },
    { label: "$(debug-restart) Restart server", command: "holegram.restart" },
    { label: "$(graph) Show suggestion statistics", command: "holegram.showCounters" },
  ];
  if (now.life.state === "failed" && now.life.missing === true) {
    entries.unshift({ label: "$(cloud-download) Install server…", command: "holegram.installServer" });
  }
  const chosen = await vscode.window.showQuickPick(entries, { title, placeHolder: "Choose an action" });
  if (chosen !== undefined) {
    await vscode.commands.executeCommand(chosen.command);
  }
}
