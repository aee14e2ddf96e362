/**
 * The playground in a real browser: what a person does on the page, and what a person sees there.
 *
 * Nothing here waits for a while: each step waits for what is to be seen.
 */

// @ts-check

import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { dirname, extname, join, resolve } from "node:path";

import { chromium } from "playwright-core";

/** @typedef {import("playwright-core").Page} Page */

const HERE = import.meta.dirname;
export const ROOT = resolve(HERE, "../../../..");
const PATIENCE = Number(process.env["HOLEGRAM_PATIENCE"] ?? 60_000);
export const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** The `holegram` to start: that of HOLEGRAM_SERVER, else the checkout with the Python of HOLEGRAM_PYTHON. */
const server = process.env["HOLEGRAM_SERVER"];
export const python = server ? join(dirname(server), "python") : (process.env["HOLEGRAM_PYTHON"] ?? "python3");

/** How a command of it is run. @param {readonly string[]} words */
export function commandOf(words) {
  return server
    ? { program: server, words, cwd: undefined }
    : { program: python, words: ["-m", "lsp_server", ...words], cwd: ROOT };
}

/** A playground that runs, and a browser; `close` ends both. */
export async function play() {
  const { program, words, cwd } = commandOf(["playground"]);
  const running = spawn(program, words, { cwd, stdio: ["ignore", "pipe", "inherit"] });
  let address = "";
  for await (const chunk of running.stdout) {
    address += String(chunk);
    if (address.includes("\n")) {
      break;
    }
  }
  const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: FLAGS });
  return {
    address: address.trim(),
    browser,
    async close() {
      await browser.close();
      running.kill();
      await once(running, "exit");
    },
  };
}

/**
 * A page that is open, once a language is ready on it. What it says on its console is an error.
 *
 * @param {import("playwright-core").Browser} browser
 * @param {string} address
 * @param {import("playwright-core").BrowserContextOptions} [options]
 * @param {string} [only] what is not below this address is not there, and asked for in vain `elsewhere`
 */
export async function open(browser, address, options = {}, only = "") {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  /** @type {string[]} */
  const elsewhere = [];
  await context.route(
    (asked) => only !== "" && !asked.href.startsWith(only) && !asked.href.startsWith("blob:"),
    async (route) => {
      elsewhere.push(route.request().url());
      await route.abort();
    },
  );
  /** @type {string[]} */
  const complaints = [];
  page.on("console", (message) => {
    if (message.type() === "error") {
      complaints.push(message.text());
    }
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.goto(address);
  await isReady(page);
  return { page, complaints, elsewhere, context };
}

/** @param {Page} page */
export async function isReady(page) {
  await page.locator("#grammar-state", { hasText: /ready|Bundled/u }).waitFor({ state: "attached" });
}

/** @param {Page} page @param {"#grammar-editor" | "#text-program" | "#text-example"} pane */
export function editor(page, pane) {
  return page.locator(`${pane} .cm-content`);
}

/** The text of an editor, as far as it is in sight. What is grey is no part of it. @param {Page} page @param {"#grammar-editor" | "#text-program" | "#text-example"} pane */
export async function textOf(page, pane) {
  return await editor(page, pane).evaluate((content) => {
    /** @type {(node: Node) => string} */
    const written = (node) =>
      node instanceof Element && node.matches(".cm-ghost")
        ? ""
        : node.nodeType === Node.TEXT_NODE
          ? (node.nodeValue ?? "")
          : [...node.childNodes].map(written).join("");
    return [...content.querySelectorAll(".cm-line")].map(written).join("\n");
  });
}

/** Put a text in the place of all that an editor has. @param {Page} page @param {"#grammar-editor" | "#text-program"} pane @param {string} text */
export async function paste(page, pane, text) {
  await editor(page, pane).focus();
  await page.keyboard.press("Control+a");
  await pasted(page, pane, text);
}

/** Paste a text where the cursor is. @param {Page} page @param {"#grammar-editor" | "#text-program"} pane @param {string} text */
export async function pasted(page, pane, text) {
  await editor(page, pane).evaluate((content, plain) => {
    const data = new DataTransfer();
    data.setData("text/plain", plain);
    content.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
  }, text);
}

/** Put the cursor at a place, counted from 1. @param {Page} page @param {number} line @param {number} column */
export async function goTo(page, line, column) {
  await editor(page, "#text-program").focus();
  await page.keyboard.press("Control+Home");
  for (let down = 1; down < line; down += 1) {
    await page.keyboard.press("ArrowDown");
  }
  for (let right = 1; right < column; right += 1) {
    await page.keyboard.press("ArrowRight");
  }
}

/** A grammar with a template of itself, which Lark expands for ever. */
export const ENDLESS = 'start: t{A}\nt{x}: x t{p{x}}\np{x}: x x\nA: "a"\n';

/** @type {Record<string, string>} */
const KINDS = {
  ".css": "text/css",
  ".html": "text/html",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

/** A server that knows nothing but the files of a folder, below some path. @param {string} folder @param {string} below */
export async function serve(folder, below) {
  const files = createServer((request, response) => {
    const path = new URL(request.url ?? "", "http://localhost").pathname;
    const file = join(folder, path.slice(below.length) || "index.html");
    if (!path.startsWith(below) || !existsSync(file)) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { "Content-Type": KINDS[extname(file)] ?? "application/octet-stream" });
    response.end(readFileSync(file));
  });
  await /** @type {Promise<void>} */ (new Promise((ready) => files.listen(0, "127.0.0.1", ready)));
  const at = files.address();
  if (at === null || typeof at === "string") {
    throw new Error("no port");
  }
  return {
    address: `http://127.0.0.1:${String(at.port)}${below}`,
    close: () => new Promise((closed) => files.close(closed)),
  };
}

/** The ghost text, once there is some: by itself, or else asked for. @param {Page} page */
export async function ghost(page) {
  const grey = page.locator("#text-program .cm-ghost");
  try {
    await grey.waitFor({ timeout: 2000 });
  } catch {
    await page.keyboard.press("Escape");
    await page.keyboard.press("Alt+\\");
    await grey.waitFor();
  }
  return (await grey.textContent()) ?? "";
}

/** What Lark says of texts, null of one that is valid. @param {string} grammar @param {readonly string[]} texts @returns {(string | null)[]} */
export function judged(grammar, texts) {
  const asked = spawnSync(python, [join(HERE, "judge.py")], {
    input: JSON.stringify({ grammar, texts }),
    encoding: "utf-8",
  });
  if (asked.status !== 0) {
    throw new Error(asked.stderr);
  }
  return JSON.parse(asked.stdout);
}

/**
 * Grammars as people paste them, each with a program. In that `<|typed->` marks what is typed by hand.
 *
 * @returns {{ name: string, grammar: string, before: string, typed: string, after: string }[]}
 */
export function grammars() {
  const own = join(HERE, "grammars");
  const gallery = join(HERE, "../../gallery");
  /** @type {[string, string][]} */
  const places = [
    ...readdirSync(own).filter((name) => name.endsWith(".lark")).map((name) => /** @type {[string, string]} */ ([own, name])),
    [gallery, "home-rules.lark"],
    [gallery, "tournament.lark"],
  ];
  /** @type {Record<string, string>} */
  const marks = { "home-rules": "  turn on desk;\n}", tournament: "  team fir" };
  return places.map(([folder, file]) => {
    const name = file.replace(".lark", "");
    const grammar = readFileSync(join(folder, file), "utf-8");
    const program = readFileSync(join(folder, `${name}.txt`), "utf-8");
    const mark = marks[name];
    if (mark !== undefined) {
      const place = program.indexOf(mark);
      const typed = mark.trim().split(" ")[0] ?? "";
      return { name, grammar, before: program.slice(0, place) + "  ", typed: `${typed} `, after: `\n${program.slice(place)}` };
    }
    const found = /^(.*)<\|(.*?)->(.*)$/su.exec(program);
    if (found === null) {
      throw new Error(`no mark in ${name}`);
    }
    return { name, grammar, before: found[1] ?? "", typed: found[2] ?? "", after: found[3] ?? "" };
  });
}

/** A picture for whoever looks, if a folder is named. @param {Page} page @param {string} name */
export async function picture(page, name) {
  const folder = process.env["HOLEGRAM_SCREENSHOTS"];
  if (folder) {
    if (!existsSync(folder)) {
      mkdirSync(folder, { recursive: true });
    }
    await page.screenshot({ path: join(folder, `${name}.png`) });
  }
}
