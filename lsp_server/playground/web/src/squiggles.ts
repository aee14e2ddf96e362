// Errors as squiggles with their fixes, and colours by semantic tokens: asked for after each pause.

import { type Action, type Diagnostic, setDiagnostics } from "@codemirror/lint";
import { LSPPlugin } from "@codemirror/lsp-client";
import { type Extension, RangeSetBuilder, StateEffect, StateField } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, ViewPlugin, type ViewUpdate } from "@codemirror/view";
import type * as lsp from "vscode-languageserver-protocol";

const PAUSE = 120;
const MOST_FIXED = 20;

const colour = StateEffect.define<DecorationSet>();

const colours = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(shown, transaction) {
    for (const effect of transaction.effects) {
      if (effect.is(colour)) {
        return effect.value;
      }
    }
    return shown.map(transaction.changes);
  },
  provide: (field) => EditorView.decorations.from(field),
});

function severityOf(one: lsp.Diagnostic): Diagnostic["severity"] {
  const names = ["error", "error", "warning", "info", "hint"] as const;
  return names[one.severity ?? 1] ?? "error";
}

/** Looks at one document again and again; `again` makes it look now. */
class Looker {
  private timer = 0;
  private asked: object | null = null;

  constructor(
    private readonly view: EditorView,
    private readonly told: (found: readonly lsp.Diagnostic[]) => void,
  ) {
    this.soon();
  }

  update(update: ViewUpdate): void {
    if (update.docChanged) {
      this.soon();
    }
  }

  soon(): void {
    window.clearTimeout(this.timer);
    const plugin = LSPPlugin.get(this.view);
    if (this.asked !== null) {
      plugin?.client.cancelRequest(this.asked);
      this.asked = null;
    }
    this.timer = window.setTimeout(() => {
      void this.colour();
      void this.look();
    }, PAUSE);
  }

  private async look(): Promise<void> {
    const plugin = LSPPlugin.get(this.view);
    if (plugin === null) {
      return;
    }
    plugin.client.sync();
    const before = this.view.state.doc;
    const textDocument = { uri: plugin.uri };
    const params = { textDocument };
    this.asked = params;
    try {
      const report = await plugin.client.request<object, { readonly items?: lsp.Diagnostic[] }>(
        "textDocument/diagnostic",
        params,
      );
      if (this.view.state.doc !== before || this.asked !== params) {
        return;
      }
      const items = report.items ?? [];
      const squiggle = (one: lsp.Diagnostic, actions: readonly Action[]): Diagnostic => ({
        from: plugin.fromPosition(one.range.start),
        to: plugin.fromPosition(one.range.end),
        severity: severityOf(one),
        message: typeof one.message === "string" ? one.message : one.message.value,
        actions,
      });
      this.view.dispatch(setDiagnostics(this.view.state, items.map((one) => squiggle(one, []))));
      this.told(items);
      const fixed = await Promise.all(
        items.map(async (one, number) => squiggle(one, number < MOST_FIXED ? await this.fixes(plugin, one) : [])),
      );
      if (this.view.state.doc === before && fixed.some((one) => one.actions?.length)) {
        this.view.dispatch(setDiagnostics(this.view.state, fixed));
      }
    } catch {
      // Cancelled by a later look, or the server is gone.
    }
  }

  private async fixes(plugin: LSPPlugin, one: lsp.Diagnostic): Promise<readonly Action[]> {
    const found = await plugin.client.request<object, lsp.CodeAction[] | null>("textDocument/codeAction", {
      textDocument: { uri: plugin.uri },
      range: one.range,
      context: { diagnostics: [one], triggerKind: 2 },
    });
    return (found ?? []).flatMap((action) => {
      const edits = action.edit?.changes?.[plugin.uri];
      return edits === undefined
        ? []
        : [
            {
              name: action.title,
              apply: (view: EditorView): void => {
                view.dispatch({
                  changes: edits.map((edit) => ({
                    from: plugin.fromPosition(edit.range.start, view.state.doc),
                    to: plugin.fromPosition(edit.range.end, view.state.doc),
                    insert: edit.newText,
                  })),
                  userEvent: "input.fix",
                });
                view.focus();
              },
            },
          ];
    });
  }

  private async colour(): Promise<void> {
    const plugin = LSPPlugin.get(this.view);
    if (plugin === null) {
      return;
    }
    plugin.client.sync();
    const { doc } = this.view.state;
    try {
      const found = await plugin.client.request<object, lsp.SemanticTokens | null>("textDocument/semanticTokens/full", {
        textDocument: { uri: plugin.uri },
      });
      const legend = plugin.client.serverCapabilities?.semanticTokensProvider?.legend.tokenTypes ?? [];
      if (this.view.state.doc === doc) {
        this.view.dispatch({ effects: colour.of(decorated(found?.data ?? [], legend, this.view)) });
      }
    } catch {
      // The next change asks again.
    }
  }

  destroy(): void {
    window.clearTimeout(this.timer);
  }
}

function decorated(data: readonly number[], legend: readonly string[], view: EditorView): DecorationSet {
  const builder = new RangeSetBuilder<Decoration>();
  const { doc } = view.state;
  let line = 0;
  let column = 0;
  for (let place = 0; place + 4 < data.length; place += 5) {
    const [lines = 0, columns = 0, length = 0, kind = 0] = data.slice(place, place + 4);
    column = lines > 0 ? columns : column + columns;
    line += lines;
    if (line >= doc.lines) {
      break;
    }
    const from = doc.line(line + 1).from + column;
    const to = Math.min(from + length, doc.length);
    if (from < to) {
      builder.add(from, to, Decoration.mark({ class: `tok-${legend[kind] ?? "other"}` }));
    }
  }
  return builder.finish();
}

export interface Squiggles {
  readonly extension: Extension;
  readonly again: (view: EditorView) => void;
}

export function squiggles(told: (found: readonly lsp.Diagnostic[]) => void): Squiggles {
  const looker = ViewPlugin.define((view) => new Looker(view, told));
  return { extension: [colours, looker], again: (view) => view.plugin(looker)?.soon() };
}
