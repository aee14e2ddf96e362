/** Between the editor and the server while a suggestion is asked for: pausing, thinking, counting. */

import * as vscode from "vscode";
import type { Middleware } from "vscode-languageclient/node";
import { type Change, LATER, type Stretch, accepted, changed, lookedAfter, offered } from "./counters";
import type { State } from "./state";
import { isLoaded, silenceIn } from "./status";

const ACCEPTED = "holegram.accepted";

/** By this detail the model's entries in a completion list are known; what is taken there counts as well. */
const OURS = "holegram";

/** Milliseconds for which the status bar says why nothing came, if nothing else is suggested meanwhile. */
const READ = 8000;

/** Milliseconds without an answer after which it is said that the server thinks. */
const AT_ONCE = 80;

export type Why = (document: vscode.TextDocument, position: vscode.Position) => Promise<string | undefined>;

export interface Suggestions {
  readonly middleware: Pick<Middleware, "provideInlineCompletionItems" | "provideCompletionItem">;
  /** Suggest at the cursor, if it is where nothing was suggested since the model was not loaded. */
  resume(): Promise<void>;
  dispose(): void;
}

/** `why` tells, for who asked, why nothing was suggested at a place; undefined if that is not known. */
export function createSuggestions(state: State, why: Why): Suggestions {
  let pending = 0;
  let missed: string | undefined;
  let resuming = false;
  let told: vscode.Disposable | undefined;
  const wanted = (): boolean => silenceIn(state.now()) === undefined;
  const parts = [
    vscode.commands.registerCommand(ACCEPTED, (stretch: Stretch) => {
      state.count((tally) => accepted(tally, stretch, Date.now()));
      setTimeout(() => {
        state.count((tally) => lookedAfter(tally, Date.now(), textOf));
      }, LATER + 100);
    }),
    vscode.workspace.onDidChangeTextDocument((event) => {
      const uri = event.document.uri.toString();
      for (const change of event.contentChanges.map(changeOf)) {
        state.count((tally) => changed(tally, uri, change));
      }
    }),
  ];

  function tell(): void {
    if (state.now().thinking !== pending > 0) {
      state.learn({ thinking: pending > 0 });
    }
  }

  async function thinking<T>(work: () => vscode.ProviderResult<T>): Promise<T | null | undefined> {
    pending += 1;
    const timer = setTimeout(tell, AT_ONCE);
    try {
      return await work();
    } finally {
      clearTimeout(timer);
      pending -= 1;
      tell();
    }
  }

  async function tellWhy(document: vscode.TextDocument, position: vscode.Position): Promise<void> {
    const { version } = document;
    const reason = await why(document, position);
    if (reason !== undefined && document.version === version) {
      told = vscode.window.setStatusBarMessage(`Holegram: ${reason}`, READ);
    }
  }

  return {
    middleware: {
      async provideInlineCompletionItems(document, position, asked, token, next) {
        told?.dispose();
        const context = resuming ? { ...asked, triggerKind: vscode.InlineCompletionTriggerKind.Automatic } : asked;
        const suggested = wanted() ? thinking(() => next(document, position, context, token)) : null;
        if (context.triggerKind === vscode.InlineCompletionTriggerKind.Automatic && !isLoaded(state.now().model)) {
          missed = keyOf(document, position);
          void suggested?.catch(() => null);
          return null; // while the editor waits it opens no list
        }
        const answer = await suggested;
        if (!wanted()) {
          return null;
        }
        const items = Array.isArray(answer) ? answer : (answer?.items ?? []);
        const texts = items.map((item) => stretchOf(document, position, item));
        const [first] = texts;
        if (first !== undefined && !token.isCancellationRequested) {
          state.count((tally) => offered(tally, leftOf(first, document.offsetAt(position))));
        }
        const isAsked = context.triggerKind === vscode.InlineCompletionTriggerKind.Invoke;
        if (first === undefined && isAsked && !token.isCancellationRequested) {
          void tellWhy(document, position);
        }
        items.forEach((item, index) => {
          item.command = { command: ACCEPTED, title: "", arguments: [texts[index]] };
        });
        return answer;
      },
      async provideCompletionItem(document, position, context, token, next) {
        const answer = await next(document, position, context, token);
        const items = Array.isArray(answer) ? answer : (answer?.items ?? []);
        for (const item of items.filter(({ detail }) => detail === OURS)) {
          item.command = { command: ACCEPTED, title: "", arguments: [stretchOf(document, position, item)] };
        }
        return answer;
      },
    },
    async resume() {
      const editor = vscode.window.activeTextEditor;
      const isThere = editor !== undefined && keyOf(editor.document, editor.selection.active) === missed;
      missed = undefined;
      if (isThere) {
        resuming = true;
        try {
          await vscode.commands.executeCommand("editor.action.inlineSuggest.trigger");
        } finally {
          resuming = false;
        }
      }
    },
    dispose() {
      vscode.Disposable.from(...parts).dispose();
    },
  };
}

/** The text of a document and a position in it, as a key. */
function keyOf({ uri, version }: vscode.TextDocument, { line, character }: vscode.Position): string {
  return [uri.toString(), version, line, character].join(" ");
}

function stretchOf(
  document: vscode.TextDocument,
  position: vscode.Position,
  item: vscode.InlineCompletionItem | vscode.CompletionItem,
): Stretch {
  const text = typeof item.insertText === "string" ? item.insertText : (item.insertText?.value ?? "");
  const end = document.eol === vscode.EndOfLine.CRLF ? "\r\n" : "\n";
  const range = item.range !== undefined && "inserting" in item.range ? item.range.inserting : item.range;
  const offset = document.offsetAt(range?.start ?? position);
  return { uri: document.uri.toString(), offset, text: text.replaceAll(/\r?\n/g, end) };
}

/** A suggestion without what of it stands before the cursor. */
function leftOf(stretch: Stretch, cursor: number): Stretch {
  return { ...stretch, offset: cursor, text: stretch.text.slice(Math.max(0, cursor - stretch.offset)) };
}

function changeOf(change: vscode.TextDocumentContentChangeEvent): Change {
  return { offset: change.rangeOffset, removed: change.rangeLength, text: change.text };
}

function textOf(uri: string): string | undefined {
  return vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri)?.getText();
}
