// An editor in a shadow tree of its own: styles are adopted there, so the page needs no inline ones.

import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching } from "@codemirror/language";
import { lintGutter, lintKeymap } from "@codemirror/lint";
import {
  findReferencesKeymap,
  hoverTooltips,
  jumpToDefinitionKeymap,
  type LSPClient,
  renameKeymap,
  serverCompletion,
} from "@codemirror/lsp-client";
import { EditorState, type Extension, Prec } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from "@codemirror/view";

const look = EditorView.theme({
  "&": { height: "100%", backgroundColor: "var(--paper)", color: "var(--ink)", fontSize: "13.5px" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.6" },
  ".cm-content": { padding: "10px 0", caretColor: "var(--accent)" },
  ".cm-cursor": { borderLeftColor: "var(--accent)", borderLeftWidth: "2px" },
  ".cm-gutters": { backgroundColor: "var(--paper)", color: "var(--faint)", border: "none" },
  ".cm-activeLine": { backgroundColor: "var(--line)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "var(--selected)",
  },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "var(--selected)", outline: "1px solid var(--faint)" },
  ".cm-ghost": { color: "var(--ghost)", fontStyle: "italic", whiteSpace: "pre-wrap" },
  ".cm-tooltip": {
    backgroundColor: "var(--raised)",
    color: "var(--ink)",
    border: "1px solid var(--edge)",
    borderRadius: "8px",
    boxShadow: "0 6px 24px var(--shadow)",
    overflow: "hidden",
    maxWidth: "min(36rem, 92vw)",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "3px 10px", fontFamily: "var(--mono)" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": {
    backgroundColor: "var(--accent)",
    color: "var(--on-accent)",
  },
  ".cm-completionDetail": { color: "inherit", opacity: "0.7" },
  ".cm-diagnostic": { padding: "6px 10px", borderLeftWidth: "3px", fontFamily: "var(--sans)" },
  ".cm-diagnosticAction": {
    backgroundColor: "var(--accent)",
    color: "var(--on-accent)",
    borderRadius: "5px",
    padding: "2px 8px",
    font: "inherit",
  },
  ".cm-lsp-documentation": { fontFamily: "var(--sans)", lineHeight: "1.45", padding: "6px 10px" },
  ".cm-panels": { backgroundColor: "var(--raised)", color: "var(--ink)", borderColor: "var(--edge)" },
  ".cm-panels input, .cm-panels button": {
    font: "inherit",
    color: "inherit",
    background: "var(--paper)",
    border: "1px solid var(--edge)",
    borderRadius: "5px",
  },
  ".tok-comment": { color: "var(--comment)" },
  ".tok-keyword, .tok-modifier": { color: "var(--keyword)", fontWeight: "600" },
  ".tok-string, .tok-regexp": { color: "var(--string)" },
  ".tok-number, .tok-enumMember": { color: "var(--number)" },
  ".tok-type, .tok-class, .tok-struct, .tok-interface, .tok-enum, .tok-typeParameter, .tok-namespace": {
    color: "var(--type)",
  },
  ".tok-function, .tok-method, .tok-macro, .tok-decorator": { color: "var(--function)" },
  ".tok-property, .tok-parameter": { color: "var(--property)" },
  ".tok-variable": { color: "var(--variable)" },
  ".tok-operator": { color: "var(--faint)" },
});

export interface EditorWish {
  readonly host: HTMLElement;
  readonly label: string;
  readonly uri: string;
  readonly languageId: string;
  readonly text: string;
  readonly client: LSPClient;
  readonly more: Extension;
  /** Hears what was left out. */
  readonly tell: (text: string) => void;
}

/** What a paste or a link may bring: beyond it the page would be slow, and no grammar is so long. */
export const LONGEST = 500_000;

function bounded(tell: (text: string) => void): Extension {
  return EditorState.transactionFilter.of((transaction) => {
    const { length } = transaction.newDoc;
    if (!transaction.docChanged || length <= LONGEST || length <= transaction.startState.doc.length) {
      return transaction;
    }
    tell(`That is too long: ${length.toLocaleString("en")} characters, and at most ${LONGEST.toLocaleString("en")} fit here.`);
    return [];
  });
}

export function openEditor(wish: EditorWish): EditorView {
  const root = wish.host.shadowRoot ?? wish.host.attachShadow({ mode: "open" });
  root.replaceChildren();
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(".frame { height: 100% }");
  root.adoptedStyleSheets = [sheet];
  const parent = document.createElement("div");
  parent.className = "frame";
  root.append(parent);
  const view = new EditorView({
    root,
    parent,
    state: EditorState.create({
      doc: wish.text.slice(0, LONGEST),
      extensions: [
        lineNumbers(),
        lintGutter(),
        highlightSpecialChars(),
        history(),
        drawSelection(),
        bracketMatching(),
        closeBrackets(),
        highlightActiveLine(),
        bounded(wish.tell),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ "aria-label": wish.label, tabindex: "0" }),
        wish.client.plugin(wish.uri, wish.languageId),
        serverCompletion({ override: true }),
        autocompletion({ activateOnTypingDelay: 60 }),
        hoverTooltips(),
        wish.more,
        Prec.low(
          keymap.of([
            ...closeBracketsKeymap,
            ...completionKeymap,
            ...renameKeymap,
            ...jumpToDefinitionKeymap,
            ...findReferencesKeymap,
            ...lintKeymap,
            ...historyKeymap,
            ...defaultKeymap,
          ]),
        ),
        look,
      ],
    }),
  });
  return view;
}
