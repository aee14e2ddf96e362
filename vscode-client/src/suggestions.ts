/** Between the editor and the server while a suggestion is asked for: pausing, thinking, counting. */

import * as vscode from "vscode";
import type { Middleware } from "vscode-languageclient/node";
import { type Change, LATER, type Stretch, type Tally, accepted, changed, lookedAfter, offered } from "./counters";

const ACCEPTED = "holegram.accepted";

/** Milliseconds without an answer after which it is said that the server thinks. */
const AT_ONCE = 80;

export interface Suggestions {
  readonly middleware: Pick<Middleware, "provideInlineCompletionItems">;
  dispose(): void;
}

export interface Watched {
  /** Whether suggestions are wanted now. */
  wanted(): boolean;
  thinking(does: boolean): void;
  count(step: (tally: Tally) => Tally): void;
}

export function createSuggestions(watched: Watched): Suggestions {
  let pending = 0;
  const parts = [
    vscode.commands.registerCommand(ACCEPTED, (stretch: Stretch) => {
      watched.count((tally) => accepted(tally, stretch, Date.now()));
      setTimeout(() => {
        watched.count((tally) => lookedAfter(tally, Date.now(), textOf));
      }, LATER + 100);
    }),
    vscode.workspace.onDidChangeTextDocument((event) => {
      const uri = event.document.uri.toString();
      for (const change of event.contentChanges.map(changeOf)) {
        watched.count((tally) => changed(tally, uri, change));
      }
    }),
  ];

  async function thinking<T>(work: () => vscode.ProviderResult<T>): Promise<T | null | undefined> {
    pending += 1;
    const timer = setTimeout(() => {
      watched.thinking(pending > 0);
    }, AT_ONCE);
    try {
      return await work();
    } finally {
      clearTimeout(timer);
      pending -= 1;
      watched.thinking(pending > 0);
    }
  }

  return {
    middleware: {
      async provideInlineCompletionItems(document, position, context, token, next) {
        if (!watched.wanted()) {
          return null;
        }
        const answer = await thinking(() => next(document, position, context, token));
        const items = Array.isArray(answer) ? answer : (answer?.items ?? []);
        const texts = items.map((item) => stretchOf(document, position, item));
        const [first] = texts;
        if (first !== undefined && !token.isCancellationRequested) {
          watched.count((tally) => offered(tally, leftOf(first, document.offsetAt(position))));
        }
        items.forEach((item, index) => {
          item.command = { command: ACCEPTED, title: "", arguments: [texts[index]] };
        });
        return answer;
      },
    },
    dispose() {
      vscode.Disposable.from(...parts).dispose();
    },
  };
}

function stretchOf(
  document: vscode.TextDocument,
  position: vscode.Position,
  item: vscode.InlineCompletionItem,
): Stretch {
  const text = typeof item.insertText === "string" ? item.insertText : item.insertText.value;
  const end = document.eol === vscode.EndOfLine.CRLF ? "\r\n" : "\n";
  const offset = document.offsetAt(item.range?.start ?? position);
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
