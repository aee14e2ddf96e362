// What is shown beside the program: what fits at the cursor, the tree, the outline, and the model at work.

import type * as lsp from "vscode-languageserver-protocol";

import { type Child, element } from "./dom";

export interface Contender {
  readonly text: string;
  readonly probability: number;
  readonly ruling: Ruling;
  readonly taken: boolean;
  readonly ends: boolean;
}

export type Ruling = "possible" | "follows" | "grammar" | "names" | "right";

export interface Work {
  readonly reason: string | null;
  readonly text?: string;
  readonly choices?: readonly { readonly text: string; readonly contenders: readonly Contender[] }[];
  readonly free?: { readonly text: string; readonly wrong: number | null; readonly ruling: Ruling };
}

export interface Fits {
  readonly reason?: string;
  readonly expected?: readonly string[];
  readonly expectedAt?: lsp.Position | null;
  readonly hole?: string;
  readonly holeLength?: number;
}

export type TreeRow = readonly [number, string, readonly [number, number, number, number], boolean, boolean];

const FORBIDS: Readonly<Record<Ruling, string>> = {
  possible: "possible",
  follows: "follows already",
  grammar: "grammar forbids",
  names: "no such name",
  right: "right side forbids",
};

const FORBIDDING: readonly Ruling[] = ["grammar", "names", "right"];
const LONGEST_WRONG = 48;

const LONGEST_LEAF = 60;
const KEYWORD = 14;
const OPERATOR = 24;
const SNIPPET = 15;
const TEXT = 1;

/** A text with its blanks made visible, as it stands in a label. */
function visible(text: string): string {
  return text.replaceAll(" ", "␣").replaceAll("\n", "⏎").replaceAll("\t", "⇥");
}

function percent(share: number): string {
  return share >= 0.995 ? "100 %" : share < 0.001 ? "<0.1 %" : `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;
}

function contender(one: Contender): HTMLElement {
  const text = one.ends ? "end" : visible(one.text);
  const bar = element("span", { class: "bar", "aria-hidden": "true" });
  bar.style.setProperty("--share", String(one.probability));
  return element(
    "li",
    { class: `contender ${one.ruling}${one.taken ? " taken" : ""}`, title: `${percent(one.probability)}: ${FORBIDS[one.ruling]}` },
    bar,
    element(one.taken ? "strong" : "span", { class: one.ends ? "token end" : "token" }, text),
    element("span", { class: "share" }, percent(one.probability)),
    element("span", { class: "ruling" }, one.ruling !== "possible" ? FORBIDS[one.ruling] : one.taken ? "taken" : ""),
  );
}

function note(text: string): HTMLElement {
  return element("p", { class: "note" }, text);
}

function freeText(work: Work): Child[] {
  const free = work.free;
  if (free === undefined || (free.text === "" && work.text === "")) {
    return [];
  }
  const letters = Array.from(free.text);
  const good = letters.slice(0, free.wrong ?? letters.length).join("");
  const rest = letters.slice(free.wrong ?? letters.length);
  const bad = rest.slice(0, LONGEST_WRONG).join("") + (rest.length > LONGEST_WRONG ? " …" : "");
  const same = free.text.trim() === (work.text ?? "").trim();
  const why =
    free.wrong === null
      ? same
        ? "The same: here the model knows the language."
        : "That would fit too."
      : free.ruling === "names"
        ? "The struck part names what does not exist."
        : free.ruling === "right" || bad === ""
          ? "With what follows the cursor that does not parse."
          : "The struck part does not parse.";
  return [
    element("h3", {}, "Without the constraint it would write"),
    element(
      "pre",
      { class: free.wrong === null ? "code" : "code wrong" },
      free.text === "" ? "(nothing)" : good,
      bad === "" ? null : element("del", {}, bad),
    ),
    note(why),
  ];
}

function isWrong(contenders: readonly Contender[]): boolean {
  return contenders.some((one) => one.taken && FORBIDDING.includes(one.ruling));
}

export function workView(work: Work): Child[] {
  if (work.choices === undefined || (work.reason ?? "") !== "") {
    return [note(work.reason === null || work.reason === "" ? "The model is not ready." : work.reason)];
  }
  const forbidden = work.choices
    .flatMap((choice) => choice.contenders)
    .filter((one) => FORBIDDING.includes(one.ruling));
  const mass = forbidden.reduce((sum, one) => sum + one.probability, 0);
  return [
    element("h3", {}, "Suggestion"),
    element("pre", { class: "code" }, work.text === "" ? "(nothing)" : (work.text ?? "")),
    ...freeText(work),
    element("h3", {}, "Token by token"),
    note(
      forbidden.length === 0
        ? "The model wanted nothing here that is forbidden."
        : `Of the likeliest tokens ${String(forbidden.length)} ${forbidden.length === 1 ? "was" : "were"} forbidden: ${percent(Math.min(1, mass / work.choices.length))} of what the model wanted.`,
    ),
    element(
      "ol",
      { class: "choices" },
      ...work.choices.map((choice) =>
        element(
          "li",
          {},
          element(
            "span",
            { class: `token${choice.text === "" ? " end" : ""}${isWrong(choice.contenders) ? " wrong" : ""}` },
            choice.text === "" ? "end" : visible(choice.text),
          ),
          element("ul", { class: "contenders" }, ...choice.contenders.map(contender)),
        ),
      ),
    ),
  ];
}

export function fitsView(fits: Fits, names: readonly lsp.CompletionItem[], goTo: (at: lsp.Position) => void): Child[] {
  const expected = fits.expected ?? [];
  const at = fits.expectedAt ?? null;
  const shown: Child[] = [];
  if (at !== null) {
    const button = element("button", { type: "button" }, `line ${String(at.line + 1)}, column ${String(at.character + 1)}`);
    button.addEventListener("click", () => {
      goTo(at);
    });
    shown.push(element("p", { class: "note" }, "There is an error before the cursor. These were expected at ", button, "."));
  } else if (fits.reason !== undefined && expected.length === 0) {
    shown.push(note(fits.reason));
  }
  if (expected.length > 0) {
    shown.push(
      element("h3", {}, at === null ? "May stand here" : "Expected there"),
      element("ul", { class: "chips" }, ...expected.map((name) => element("li", {}, name.replaceAll("`", "")))),
    );
  }
  const known = names.filter((one) => ![KEYWORD, OPERATOR, SNIPPET, TEXT].includes(one.kind ?? TEXT));
  if (known.length > 0) {
    shown.push(
      element("h3", {}, "Names and builtins"),
      element("ul", { class: "chips names" }, ...known.slice(0, 40).map((one) => element("li", {}, one.label))),
    );
  }
  if (fits.hole !== undefined) {
    const length = fits.holeLength ?? 0;
    shown.push(
      element("h3", {}, "The hole grammar"),
      note("A grammar of exactly the texts that fit between what is before the cursor and what is after it."),
      element("pre", { class: "code hole", tabindex: "0", role: "region", "aria-label": "The hole grammar" }, fits.hole),
      length > fits.hole.length ? note(`${String(length - fits.hole.length)} characters more`) : null,
    );
  }
  return shown.length === 0 ? [note("Nothing is known of this place.")] : shown;
}

export function treeView(
  rows: readonly TreeRow[],
  cursor: lsp.Position,
  textOf: (from: lsp.Position, to: lsp.Position) => string,
  select: (from: lsp.Position, to: lsp.Position) => void,
): Child[] {
  const within = ([, , [line, column, endLine, endColumn]]: TreeRow): boolean =>
    (line < cursor.line || (line === cursor.line && column <= cursor.character)) &&
    (endLine > cursor.line || (endLine === cursor.line && endColumn >= cursor.character));
  const list = element("ul", { class: "tree" });
  for (const [number, row] of rows.entries()) {
    const [depth, kind, [line, column, endLine, endColumn], named, wrong] = row;
    const button = element(
      "button",
      { type: "button", class: `${named ? "named" : "sign"}${wrong ? " wrong" : ""}${within(row) ? " here" : ""}` },
      kind,
    );
    const [from, to] = [{ line, character: column }, { line: endLine, character: endColumn }];
    button.addEventListener("click", () => {
      select(from, to);
    });
    const isLeaf = (rows[number + 1]?.[0] ?? 0) <= depth;
    const text = isLeaf && named ? textOf(from, to).slice(0, LONGEST_LEAF) : "";
    const item = element("li", {}, button, text === "" ? null : element("span", { class: "leaf" }, visible(text)));
    item.style.setProperty("--depth", String(depth));
    list.append(item);
  }
  return rows.length === 0 ? [note("There is no tree yet.")] : [list];
}

export function outlineView(symbols: readonly lsp.DocumentSymbol[], select: (at: lsp.Range) => void): Child[] {
  function listed(level: readonly lsp.DocumentSymbol[]): HTMLElement {
    return element(
      "ul",
      { class: "outline" },
      ...level.map((symbol) => {
        const button = element("button", { type: "button" }, symbol.name, symbol.detail ? element("small", {}, symbol.detail) : null);
        button.addEventListener("click", () => {
          select(symbol.selectionRange);
        });
        return element("li", {}, button, symbol.children?.length ? listed(symbol.children) : null);
      }),
    );
  }
  return symbols.length === 0 ? [note("The outline is empty.")] : [listed(symbols)];
}
