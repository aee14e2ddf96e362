// The page: a grammar, a program in its language, and what the server knows of the place of the cursor.

import { LSPClient, LSPPlugin, type Transport } from "@codemirror/lsp-client";
import { EditorView } from "@codemirror/view";
import { marked } from "marked";
import type * as lsp from "vscode-languageserver-protocol";

import { begin as beginAlone, connect, isAlone } from "./connection";
import { byId, type Child, element, tabs } from "./dom";
import { openEditor } from "./editor";
import { ghostText } from "./ghost";
import { linkOf, type Shared, sharedIn } from "./share";
import { squiggles } from "./squiggles";
import { type Fits, fitsView, outlineView, type TreeRow, treeView, type Work, workView } from "./views";

const TYPED = 350;
const RESTED = 180;
const TIMEOUT = 120_000;
const LEVELS = [
  ["off", "Off"],
  ["left", "Left"],
  ["both", "Both"],
  ["names", "Names"],
  ["nearby", "Nearby"],
] as const;

interface Entry {
  readonly id: string;
  readonly name: string;
  readonly bundled: boolean;
}

interface Opened extends Entry {
  readonly grammar: string;
  readonly program: string;
  readonly extension: string;
  readonly docs: readonly string[];
}

interface Finding {
  readonly severity: string;
  readonly message: string;
  readonly line: number | null;
}

interface Made {
  readonly id?: string;
  readonly extension?: string;
  readonly rules?: number;
  readonly terminals?: number;
  readonly docs?: readonly string[];
  readonly findings: readonly Finding[];
  readonly problem?: string;
  readonly overtaken?: boolean;
}

/** What is told where the server fails: it answers null then, and writes down why. */
const UNREAD: Made = { findings: [], problem: "the server could not read it, and its log says why" };

type View = "work" | "fits" | "tree" | "outline";

const gallery = byId<HTMLSelectElement>("gallery");
const nameField = byId<HTMLInputElement>("name");

let client: LSPClient;
let language = { id: "", extension: "" };
let isOwn = false;
let view: View = "work";
let level = "nearby";
let grammarEditor: EditorView | null = null;
let programEditor: EditorView | null = null;
let exampleEditor: EditorView | null = null;
let number = 0;
let makeTimer = 0;
let lookTimer = 0;
let looks = 0;
/** Whether the server is making a language just now, and whether it was started anew since somebody typed. */
let making = false;
let again = false;
let started = false;

function tell(text: string): void {
  byId("state").textContent = text;
}

/** HTML without what runs, loads or asks for something, by the browser's own sanitizer; where it has none, the text. */
function clean(html: string): string {
  const place = document.createElement("div");
  if ("setHTML" in place && typeof place.setHTML === "function") {
    place.setHTML(html, { sanitizer: { removeElements: ["style", "form", "input", "iframe", "img"], removeAttributes: ["style"] } });
  } else {
    place.textContent = new DOMParser().parseFromString(html, "text/html").body.textContent;
  }
  return place.innerHTML;
}

function stored(key: string): string {
  try {
    return localStorage.getItem(`holegram.${key}`) ?? "";
  } catch {
    return "";
  }
}

function store(key: string, value: string): void {
  try {
    localStorage.setItem(`holegram.${key}`, value);
  } catch {
    // A browser that keeps nothing shows the page all the same.
  }
}

function ask<T>(method: string, params: object): Promise<T> {
  return client.request<object, T>(method, params);
}

function errorsIn(found: readonly lsp.Diagnostic[]): string {
  const errors = found.filter((one) => (one.severity ?? 1) === 1).length;
  const others = found.length - errors;
  const parts = [
    errors === 0 ? "" : `${String(errors)} ${errors === 1 ? "error" : "errors"}`,
    others === 0 ? "" : `${String(others)} ${others === 1 ? "note" : "notes"}`,
  ].filter((part) => part !== "");
  return parts.length === 0 ? "No errors" : parts.join(", ");
}

const grammarLook = squiggles(() => undefined);
const programLook = squiggles((found) => {
  byId("program-state").textContent = errorsIn(found);
});
const exampleLook = squiggles(() => undefined);

function openGrammar(text: string): void {
  grammarEditor?.destroy();
  grammarEditor = openEditor({
    host: byId("grammar-editor"),
    label: "Grammar, in Lark's notation",
    uri: `file:///playground/${String((number += 1))}/grammar.lark`,
    languageId: "lark",
    text,
    client,
    tell,
    more: [
      grammarLook.extension,
      EditorView.updateListener.of((update) => {
        if (update.docChanged) {
          isOwn = true;
          again = false;
          makeSoon();
        }
      }),
    ],
  });
}

function openProgram(text: string, example: string): void {
  const head = programEditor?.state.selection.main.head ?? text.length;
  const focused = programEditor?.hasFocus ?? false;
  programEditor?.destroy();
  exampleEditor?.destroy();
  number += 1;
  const folder = `file:///playground/${String(number)}`;
  programEditor = openEditor({
    host: byId("text-program"),
    label: "Program",
    uri: `${folder}/program${language.extension}`,
    languageId: language.id,
    text,
    client,
    tell,
    more: [
      programLook.extension,
      ghostText(() => undefined),
      EditorView.updateListener.of((update) => {
        if (update.docChanged || update.selectionSet) {
          again &&= !update.docChanged;
          lookSoon();
        }
      }),
    ],
  });
  exampleEditor = openEditor({
    host: byId("text-example"),
    label: "Example, from which suggestions copy",
    uri: `${folder}/example${language.extension}`,
    languageId: language.id,
    text: example,
    client,
    tell,
    more: [
      exampleLook.extension,
      EditorView.updateListener.of((update) => {
        if (update.docChanged && isOwn) {
          makeSoon();
        }
      }),
    ],
  });
  programEditor.dispatch({ selection: { anchor: Math.min(head, programEditor.state.doc.length) } });
  if (focused) {
    programEditor.focus();
  }
  lookSoon();
}

function showDocs(pages: readonly string[]): void {
  const html = clean(marked.parse(pages.join("\n\n"), { async: false }));
  byId("text-docs").replaceChildren(
    ...new DOMParser().parseFromString(html || "<p>Nothing is written about this language yet.</p>", "text/html").body.childNodes,
  );
}

function makeSoon(): void {
  window.clearTimeout(makeTimer);
  byId("grammar-state").textContent = "Reading …";
  makeTimer = window.setTimeout(() => void make(), TYPED);
}

async function make(): Promise<void> {
  const grammar = grammarEditor?.state.doc.toString() ?? "";
  const example = exampleEditor?.state.doc.toString() ?? "";
  making = true;
  const made = (await ask<Made | null>("playground/make", { name: nameField.value, grammar, example })) ?? UNREAD;
  making = false;
  if (made.overtaken) {
    return;
  }
  const wrong = made.findings.find((one) => one.severity === "error");
  const state = byId("grammar-state");
  if (made.id === undefined || made.extension === undefined) {
    const line = wrong?.line ?? null;
    const why = made.problem ?? wrong?.message ?? "it has no rule";
    state.replaceChildren(
      element("strong", {}, language.id === "" ? "No language yet" : "Not used yet"),
      `: ${line === null ? "" : `line ${String(line)}: `}${why}`,
    );
    state.classList.add("bad");
    return;
  }
  state.classList.remove("bad");
  state.textContent = `${String(made.rules)} rules, ${String(made.terminals)} terminals: ready`;
  showDocs(made.docs ?? []);
  if (made.id !== language.id || made.extension !== language.extension) {
    language = { id: made.id, extension: made.extension };
    openProgram(programEditor?.state.doc.toString() ?? "", example);
  } else {
    for (const [look, editor] of [[programLook, programEditor], [exampleLook, exampleEditor]] as const) {
      if (editor !== null) {
        look.again(editor);
      }
    }
    lookSoon();
  }
}

async function begin(shared: Shared): Promise<void> {
  isOwn = true;
  gallery.value = "";
  nameField.value = shared.name;
  language = { id: "", extension: "" };
  openGrammar(shared.grammar);
  openProgram(shared.program, shared.example);
  await make();
}

async function openEntry(id: string): Promise<void> {
  const opened = await ask<Opened>("playground/open", { id });
  nameField.value = opened.name;
  isOwn = !opened.bundled;
  programEditor?.destroy();
  programEditor = null;
  openGrammar(opened.grammar);
  if (opened.bundled) {
    language = { id: opened.id, extension: opened.extension };
    byId("grammar-state").textContent = "Bundled. Edit it, and it becomes a language of your own.";
    byId("grammar-state").classList.remove("bad");
    showDocs(opened.docs);
    openProgram(opened.program, "");
  } else {
    language = { id: "", extension: "" };
    openProgram(opened.program, opened.program);
    await make();
  }
  enable();
}

function enable(): void {
  for (const id of ["bundle", "vscode"]) {
    byId<HTMLButtonElement>(id).disabled = false;
  }
}

function lookSoon(): void {
  window.clearTimeout(lookTimer);
  lookTimer = window.setTimeout(() => void lookNow(), RESTED);
}

/**
 * Start a server anew in the place of one that is gone, with all that was typed.
 *
 * A grammar with which it was lost is not read again until somebody types; nor is a program with which that happened twice.
 */
async function startAgain(why: string): Promise<void> {
  const [grammar, program, example] = [grammarEditor, programEditor, exampleEditor].map((one) => one?.state.doc.toString() ?? "");
  const [left, was] = [making || again, language];
  again = true;
  making = started = false;
  window.clearTimeout(makeTimer);
  window.clearTimeout(lookTimer);
  tell(`The language server ${why}. It is being started anew; your text is kept …`);
  const transport = await beginAlone(tell, (reason) => void startAgain(reason), () => started);
  client = clientOf();
  client.connect(transport);
  await client.initializing;
  language = isOwn || left ? { id: "", extension: "" } : was;
  openGrammar(grammar ?? "");
  openProgram(program ?? "", example ?? "");
  tell(`The language server ${why}, and was started anew. Your text is kept.`);
  started = true;
  if (left) {
    byId("grammar-state").textContent = "Not used: the language server was lost with it. Change it, and it is read again.";
    byId("grammar-state").classList.add("bad");
  } else if (isOwn) {
    await make();
  }
}

/** Where a range of the program begins and ends, as far as the program still reaches. */
function spanOf(range: lsp.Range): readonly [number, number] {
  const plugin = programEditor === null ? null : LSPPlugin.get(programEditor);
  if (programEditor === null || plugin === null) {
    return [0, 0];
  }
  const { doc } = programEditor.state;
  const at = (position: lsp.Position): number =>
    position.line >= doc.lines ? doc.length : Math.min(plugin.fromPosition(position), doc.length);
  return [at(range.start), at(range.end)];
}

function select(range: lsp.Range): void {
  const [anchor, head] = spanOf(range);
  programEditor?.dispatch({ selection: { anchor, head }, scrollIntoView: true });
  programEditor?.focus();
}

async function lookNow(): Promise<void> {
  const editor = programEditor;
  const plugin = editor === null ? null : LSPPlugin.get(editor);
  if (editor === null || plugin === null || language.id === "") {
    return;
  }
  client.sync();
  const look = (looks += 1);
  const { head } = editor.state.selection.main;
  const position = plugin.toPosition(head);
  const place = { textDocument: { uri: plugin.uri }, position };
  const panel = byId(`view-${view}`);
  panel.setAttribute("aria-busy", "true");
  try {
    const shown = await looked(view, place);
    if (look === looks) {
      if (view === "work") {
        byId("work-shown").replaceChildren(...shown.filter((child) => child !== null));
      } else {
        panel.replaceChildren(...shown.filter((child) => child !== null));
        [...panel.querySelectorAll(".here")].at(-1)?.scrollIntoView({ block: "nearest" });
      }
    }
  } catch (error) {
    tell(error instanceof Error ? error.message : "The server did not answer.");
  } finally {
    panel.setAttribute("aria-busy", "false");
  }
}

async function looked(which: View, place: { textDocument: { uri: string }; position: lsp.Position }): Promise<Child[]> {
  switch (which) {
    case "work":
      return workView(await ask<Work>("playground/work", { ...place, level }));
    case "fits": {
      const [fits, list] = await Promise.all([
        ask<Fits>("playground/fits", place),
        ask<lsp.CompletionList | null>("textDocument/completion", { ...place, context: { triggerKind: 1 } }),
      ]);
      return fitsView(fits, list?.items ?? [], (at) => {
        select({ start: at, end: at });
      });
    }
    case "tree": {
      const tree = await ask<{ readonly rows: readonly TreeRow[] }>("playground/tree", place);
      const textOf = (start: lsp.Position, end: lsp.Position): string => {
        const [from, to] = spanOf({ start, end });
        return programEditor?.state.doc.sliceString(from, to) ?? "";
      };
      return treeView(tree.rows, place.position, textOf, (start, end) => {
        select({ start, end });
      });
    }
    case "outline":
      return outlineView((await ask<lsp.DocumentSymbol[] | null>("textDocument/documentSymbol", place)) ?? [], select);
  }
}

function levels(): HTMLElement {
  const group = element("fieldset", { class: "levels" }, element("legend", {}, "Held to"));
  for (const [id, name] of LEVELS) {
    const radio = element("input", { type: "radio", name: "level", id: `level-${id}`, value: id });
    radio.checked = id === level;
    radio.addEventListener("change", () => {
      level = id;
      lookSoon();
    });
    group.append(radio, element("label", { for: `level-${id}` }, name));
  }
  return group;
}

async function download(kind: string): Promise<void> {
  if (!isOwn) {
    isOwn = true;
    await make();
  }
  const found = await ask<{ readonly name?: string; readonly base64?: string; readonly problem?: string }>(
    "playground/download",
    { kind },
  );
  if (found.name === undefined || found.base64 === undefined) {
    tell(found.problem ?? "There is nothing to download.");
    return;
  }
  const bytes = Uint8Array.from(atob(found.base64), (letter) => letter.charCodeAt(0));
  const link = element("a", { download: found.name, href: URL.createObjectURL(new Blob([bytes])) });
  link.click();
  URL.revokeObjectURL(link.href);
  tell(`Downloaded ${found.name}.`);
}

async function share(): Promise<void> {
  const link = await linkOf({
    name: nameField.value,
    grammar: grammarEditor?.state.doc.toString() ?? "",
    program: programEditor?.state.doc.toString() ?? "",
    example: exampleEditor?.state.doc.toString() ?? "",
  });
  history.replaceState(null, "", link);
  try {
    await navigator.clipboard.writeText(link);
    tell("The link is copied. It holds all of it; nothing was sent.");
  } catch {
    tell("The link is in the address bar. It holds all of it; nothing was sent.");
  }
}

function showTheme(dark: boolean): void {
  document.documentElement.dataset["theme"] = dark ? "dark" : "light";
  byId("theme").setAttribute("aria-pressed", String(dark));
}

function furnish(): void {
  const preferred = stored("theme");
  showTheme(preferred === "" ? matchMedia("(prefers-color-scheme: dark)").matches : preferred === "dark");
  byId("theme").addEventListener("click", () => {
    const dark = document.documentElement.dataset["theme"] !== "dark";
    showTheme(dark);
    store("theme", dark ? "dark" : "light");
  });
  const loading = element("p", { class: "note" }, "The model is being loaded …");
  byId("view-work").append(levels(), element("div", { id: "work-shown" }, loading));
  const chooseText = tabs(
    byId("texts"),
    [
      { id: "program", name: "Program", panel: byId("text-program") },
      { id: "example", name: "Example", panel: byId("text-example") },
      { id: "docs", name: "Docs", panel: byId("text-docs") },
    ],
    () => {
      programEditor?.requestMeasure();
      exampleEditor?.requestMeasure();
    },
  );
  chooseText("program");
  const chooseView = tabs(
    byId("views"),
    [
      { id: "work", name: "Model at work", panel: byId("view-work") },
      { id: "fits", name: "What fits", panel: byId("view-fits") },
      { id: "tree", name: "Tree", panel: byId("view-tree") },
      { id: "outline", name: "Outline", panel: byId("view-outline") },
    ],
    (id) => {
      view = id as View;
      lookSoon();
    },
  );
  // Alone the page has one thread for all: the model at work, which asks it much, is shown to who asks for that.
  chooseView(isAlone() ? "fits" : "work");
  const places = [
    { id: "place-grammar", name: "Grammar", panel: byId("grammar") },
    { id: "place-program", name: "Program", panel: byId("program") },
    { id: "place-insight", name: "At the cursor", panel: byId("insight") },
  ];
  const list = byId("places");
  const buttons = places.map((place) => element("button", { type: "button", role: "tab" }, place.name));
  const showPlace = (shown: number): void => {
    document.body.dataset["place"] = places[shown]?.id ?? "";
    buttons.forEach((button, which) => {
      button.setAttribute("aria-selected", String(which === shown));
    });
    grammarEditor?.requestMeasure();
    programEditor?.requestMeasure();
  };
  buttons.forEach((button, which) => {
    button.addEventListener("click", () => {
      showPlace(which);
    });
  });
  list.replaceChildren(...buttons);
  showPlace(1);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "F6") {
      return;
    }
    event.preventDefault();
    const focused = places.findIndex((place) => place.panel.contains(document.activeElement));
    const next = (focused + (event.shiftKey ? 2 : 1)) % 3;
    showPlace(next);
    const target = [() => grammarEditor?.focus(), () => programEditor?.focus(), () => byId(`tab-${view}`).focus()];
    target[next]?.();
  });
  gallery.addEventListener("change", () => {
    history.replaceState(null, "", location.pathname);
    void openEntry(gallery.value);
  });
  nameField.addEventListener("input", () => {
    isOwn = true;
    makeSoon();
  });
  byId("share").addEventListener("click", () => void share());
  byId("bundle").addEventListener("click", () => void download("bundle"));
  byId("vscode").addEventListener("click", () => void download("vscode"));
}

/** The token of the address, which is then taken out of it; else that of the last time. */
function takeToken(): string {
  const fragment = new URLSearchParams(location.hash.replace(/^#/u, ""));
  const given = fragment.get("token");
  if (given !== null) {
    store("token", given);
    fragment.delete("token");
    const left = fragment.toString();
    history.replaceState(null, "", left === "" ? location.pathname : `${location.pathname}#${left}`);
    return given;
  }
  return stored("token");
}

function clientOf(): LSPClient {
  return new LSPClient({
    timeout: TIMEOUT,
    initializationOptions: { completion: { eagerness: "eager", ...(isAlone() ? { timeoutMs: 10_000 } : {}) } },
    sanitizeHTML: clean,
    unhandledNotification: () => undefined,
    notificationHandlers: {
      "window/logMessage": () => true,
      "holegram/status": (_, params: { readonly state?: string; readonly message?: string }) => {
        tell(params.message ?? (params.state === "ready" ? "Ready" : `Model: ${params.state ?? ""}`));
        return true;
      },
    },
    extensions: [
      {
        clientCapabilities: {
          textDocument: {
            inlineCompletion: {},
            codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: ["quickfix"] } } },
            documentSymbol: { hierarchicalDocumentSymbolSupport: true },
            semanticTokens: {
              requests: { full: true },
              tokenTypes: [
                "namespace", "type", "class", "enum", "interface", "struct", "typeParameter", "parameter", "variable",
                "property", "enumMember", "event", "function", "method", "macro", "keyword", "modifier", "comment",
                "string", "number", "regexp", "operator", "decorator",
              ],
              tokenModifiers: [],
              formats: ["relative"],
            },
          },
        },
      },
    ],
  });
}

export async function start(transport: Transport): Promise<void> {
  furnish();
  client = clientOf();
  client.connect(transport);
  await client.initializing;
  const { entries } = await ask<{ readonly entries: readonly Entry[] }>("playground/gallery", {});
  const grouped = (name: string, bundled: boolean): HTMLElement =>
    element(
      "optgroup",
      { label: name },
      ...entries.filter((one) => one.bundled === bundled).map((one) => element("option", { value: one.id }, one.name)),
    );
  gallery.replaceChildren(
    element("option", { value: "", disabled: "", hidden: "" }, "Yours"),
    grouped("Only a grammar", false),
    grouped("Bundled", true),
  );
  tell("Ready");
  const shared = await sharedIn(location.hash);
  if (shared === null) {
    gallery.value = entries[0]?.id ?? "";
    await openEntry(gallery.value);
  } else {
    await begin(shared);
  }
  started = true;
}

async function open(): Promise<void> {
  if (isAlone()) {
    tell("Loading …");
    await start(await beginAlone(tell, (why) => void startAgain(why), () => started));
  } else {
    await start(connect(takeToken(), tell));
  }
}

open().catch((error: unknown) => {
  tell(error instanceof Error ? error.message : String(error));
});
