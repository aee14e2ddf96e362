// Ghost text: the suggestion at the cursor in grey, as the server's inline completions say it.
//
// What is typed as the suggestion has it stays shown; anything else takes it away and asks anew.

import { LSPPlugin } from "@codemirror/lsp-client";
import { type Extension, Prec, StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView, keymap, ViewPlugin, type ViewUpdate, WidgetType } from "@codemirror/view";
import type { InlineCompletionItem, InlineCompletionList } from "vscode-languageserver-protocol";

const PAUSE = 40;
const INVOKED = 1;
const AUTOMATIC = 2;
/** Escape lets Tab leave the editor for two seconds. What is shown ends that: Tab accepts it. */
const TAB_ACCEPTS = -1;
const WORD = /^\s*(?:\w+|[^\w\s]+)/u;

interface Ghost {
  readonly at: number;
  readonly text: string;
}

class GhostWidget extends WidgetType {
  constructor(readonly text: string) {
    super();
  }

  override eq(other: GhostWidget): boolean {
    return other.text === this.text;
  }

  toDOM(): HTMLElement {
    const shown = document.createElement("span");
    shown.className = "cm-ghost";
    shown.textContent = this.text;
    shown.setAttribute("aria-hidden", "true");
    return shown;
  }

  override ignoreEvent(): boolean {
    return false;
  }
}

const show = StateEffect.define<Ghost | null>();

export const ghostField = StateField.define<Ghost | null>({
  create: () => null,
  update(ghost, transaction) {
    for (const effect of transaction.effects) {
      if (effect.is(show)) {
        return effect.value;
      }
    }
    if (ghost === null || (!transaction.docChanged && transaction.selection === undefined)) {
      return ghost;
    }
    const { head, empty } = transaction.state.selection.main;
    if (!empty) {
      return null;
    }
    if (!transaction.docChanged) {
      return head === ghost.at ? ghost : null;
    }
    const rest = transaction.startState.doc.length - ghost.at;
    const typed = transaction.newDoc.sliceString(ghost.at, head);
    const same =
      head > ghost.at &&
      transaction.newDoc.length - head === rest &&
      transaction.startState.doc.sliceString(0, ghost.at) === transaction.newDoc.sliceString(0, ghost.at) &&
      ghost.text.startsWith(typed);
    const left = ghost.text.slice(typed.length);
    return same && left !== "" ? { at: head, text: left } : null;
  },
  provide: (field) =>
    EditorView.decorations.from(field, (ghost) =>
      ghost === null
        ? Decoration.none
        : Decoration.set([Decoration.widget({ widget: new GhostWidget(ghost.text), side: 1 }).range(ghost.at)]),
    ),
});

class Asker {
  private timer = 0;
  private asked: object | null = null;

  constructor(
    private readonly view: EditorView,
    private readonly told: (text: string) => void,
  ) {}

  update(update: ViewUpdate): void {
    const typed = update.transactions.some((one) => one.isUserEvent("input") || one.isUserEvent("delete"));
    if (update.docChanged || update.selectionSet) {
      this.cancel();
    }
    if (update.docChanged && typed && update.state.field(ghostField) === null) {
      this.timer = window.setTimeout(() => void this.ask(AUTOMATIC), PAUSE);
    }
  }

  async ask(kind: number): Promise<void> {
    const plugin = LSPPlugin.get(this.view);
    const { head, empty } = this.view.state.selection.main;
    if (plugin === null || !empty) {
      return;
    }
    this.cancel();
    plugin.client.sync();
    const params = {
      textDocument: { uri: plugin.uri },
      position: plugin.toPosition(head),
      context: { triggerKind: kind },
    };
    this.asked = params;
    const before = this.view.state.doc;
    try {
      const found = await plugin.client.request<object, InlineCompletionList | InlineCompletionItem[] | null>(
        "textDocument/inlineCompletion",
        params,
      );
      if (this.asked !== params || this.view.state.doc !== before) {
        return;
      }
      const item = (Array.isArray(found) ? found : found?.items)?.[0];
      const text = item === undefined || typeof item.insertText !== "string" ? "" : item.insertText;
      if (this.view.state.selection.main.head === head) {
        this.view.dispatch({ effects: show.of(text === "" ? null : { at: head, text }) });
        if (text !== "") {
          this.view.setTabFocusMode(TAB_ACCEPTS);
        }
        this.told(text);
      }
    } catch {
      // Cancelled, or the server is gone: nothing is shown.
    } finally {
      if (this.asked === params) {
        this.asked = null;
      }
    }
  }

  cancel(): void {
    window.clearTimeout(this.timer);
    if (this.asked !== null) {
      LSPPlugin.get(this.view)?.client.cancelRequest(this.asked);
      this.asked = null;
    }
  }

  destroy(): void {
    this.cancel();
  }
}

function accept(view: EditorView, part: (text: string) => string): boolean {
  const ghost = view.state.field(ghostField);
  if (ghost === null) {
    return false;
  }
  const text = part(ghost.text);
  view.dispatch({
    changes: { from: ghost.at, insert: text },
    selection: { anchor: ghost.at + text.length },
    userEvent: "input.complete",
    scrollIntoView: true,
  });
  return true;
}

export function ghostText(told: (text: string) => void): Extension {
  const asker = ViewPlugin.define((view) => new Asker(view, told));
  const keys = keymap.of([
    { key: "Tab", run: (view) => accept(view, (text) => text) },
    { key: "Mod-ArrowRight", run: (view) => accept(view, (text) => WORD.exec(text)?.[0] ?? text) },
    {
      key: "Escape",
      run: (view) => {
        const shown = view.state.field(ghostField) !== null;
        if (shown) {
          view.dispatch({ effects: show.of(null) });
        }
        return shown;
      },
    },
    {
      key: "Alt-\\",
      run: (view) => {
        void view.plugin(asker)?.ask(INVOKED);
        return true;
      },
    },
  ]);
  return [ghostField, asker, Prec.highest(keys)];
}
