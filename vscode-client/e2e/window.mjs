/**
 * One window of VS Code in a browser: what a person does in it, and what a person sees in it.
 *
 * Nothing here waits for a while: `eventually` waits for what is to be seen, and says what was seen where it never came.
 */

// @ts-check

import { join } from "node:path";

import { chromium } from "playwright-core";

/** @typedef {import("playwright-core").Page} Page */

/** What is grey in a line: where a list is open, the part beyond the selected entry has a class of its own. */
const GREY = ".ghost-text-decoration, .ghost-text-decoration-preview";

/** How long something may take on a slow machine that others use as well, in milliseconds. */
const PATIENCE = 60_000;

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/**
 * A folder open in a browser of its own.
 *
 * @typedef {object} Window
 * @property {Page} page
 * @property {string} screenshots the folder that screenshots go to
 * @property {() => Promise<void>} close leaves it first, as a person would: for one that is lost a server waits for hours
 */

/**
 * Open a folder.
 *
 * @param {string} url the address of a code-server
 * @param {string} folder an absolute path
 * @param {string} screenshots
 * @returns {Promise<Window>}
 */
export async function openWindow(url, folder, screenshots) {
  const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: FLAGS });
  const page = await browser.newPage({ viewport: { width: 1200, height: 750 } });
  page.setDefaultTimeout(PATIENCE);
  await page.goto(`${url}/?folder=${encodeURIComponent(folder)}`);
  await page.locator(".explorer-folders-view .monaco-list-row").first().waitFor();
  return {
    page,
    screenshots,
    close: async () => {
      await page.goto("about:blank");
      await browser.close();
    },
  };
}

// ---- what a person does

/**
 * Open a file from the explorer, to stay open.
 *
 * @param {Window} window
 * @param {string} name
 */
export async function openFile({ page }, name) {
  await page.locator(".explorer-folders-view .monaco-list-row").filter({ hasText: name }).dblclick();
  await page.locator(`.tab.active[data-resource-name="${name}"]`).waitFor();
  await page.locator(".editor-instance .monaco-editor.focused").waitFor();
}

/**
 * Close the only file that is open, without what was changed since it was saved.
 *
 * @param {Window} window
 */
export async function closeFile(window) {
  await runCommand(window, "View: Revert and Close Editor");
  await window.page.locator(".tab").waitFor({ state: "detached" });
}

/**
 * Run a command from the command palette.
 *
 * @param {Window} window
 * @param {string} title as the palette shows it
 * @param {string} [words] what it asks for then
 */
export async function runCommand({ page }, title, words) {
  await page.keyboard.press("F1");
  const palette = page.locator(".quick-input-widget");
  await palette.locator("input").first().fill(`>${title}`);
  const entry = palette.locator(".monaco-list-row").filter({ has: page.getByText(title, { exact: true }) });
  await entry.first().click();
  if (words !== undefined) {
    await palette.locator(".quick-input-title", { hasText: title.replace("…", "") }).waitFor();
    await palette.locator("input").first().fill(words);
    await page.keyboard.press("Enter");
  }
  await palette.waitFor({ state: "hidden" });
}

/**
 * Put the cursor somewhere in the file in front.
 *
 * @param {Window} window
 * @param {{ line: number, column: number }} place from 1
 */
export async function moveTo(window, { line, column }) {
  const { page } = window;
  await page.keyboard.press("Control+g");
  const input = page.locator(".quick-input-widget input").first();
  await input.fill(`:${line}:${column}`);
  await input.press("Enter");
  await page.locator(".quick-input-widget").waitFor({ state: "hidden" });
  await page.locator(".editor-instance .monaco-editor.focused").waitFor();
  await shows(window, "the place of the cursor", cursor, `Ln ${line}, Col ${column}`);
}

/**
 * Type, key by key.
 *
 * @param {Window} window
 * @param {string} text
 */
export async function type({ page }, text) {
  await page.keyboard.type(text, { delay: 20 });
}

/**
 * Type, so many keys a second, however long the window takes over each.
 *
 * @param {Window} window
 * @param {string} text
 * @param {number} speed
 */
export async function typeAt({ page }, text, speed) {
  const began = performance.now();
  for (let number = 0; number < text.length; number += 1) {
    await page.waitForTimeout(Math.max(began + (number * 1000) / speed - performance.now(), 0));
    await page.keyboard.type(text.charAt(number));
  }
}

/**
 * Press a key, or several at once, as in `Control+s`.
 *
 * @param {Window} window
 * @param {readonly string[]} keys one after another
 */
export async function press({ page }, ...keys) {
  for (const key of keys) {
    await page.keyboard.press(key);
  }
}

// ---- what a person sees

/**
 * The text of the file in front, as far as it is on the screen, without ghost text.
 *
 * @param {Window} window
 * @returns {Promise<string>}
 */
export function text({ page }) {
  return page.evaluate(linesOf, { ghost: false, grey: GREY });
}

/**
 * The same with the ghost text, as if that were inserted.
 *
 * @param {Window} window
 * @returns {Promise<string>}
 */
export function textWithGhost({ page }) {
  return page.evaluate(linesOf, { ghost: true, grey: GREY });
}

/**
 * The lines of the editor; runs in the page.
 *
 * @param {{ ghost: boolean, grey: string }} wanted whether ghost text counts, and its selector
 */
function linesOf({ ghost, grey }) {
  const below = [...document.querySelectorAll(".view-line .ghost-text")].map((line) => `\n${line.textContent}`).join("");
  return [...document.querySelectorAll(".editor-instance .view-lines > .view-line")]
    .map((line) => {
      const own = /** @type {HTMLElement} */ (line.cloneNode(true));
      const inserted = own.querySelectorAll(grey);
      const rest = ghost && inserted.length > 0 ? below : "";
      if (!ghost) {
        inserted.forEach((part) => {
          part.remove();
        });
      }
      return { top: parseFloat(/** @type {HTMLElement} */ (line).style.top), text: own.textContent + rest };
    })
    .sort((one, other) => one.top - other.top)
    .map((line) => line.text.replaceAll("\u00a0", " "))
    .join("\n");
}

/**
 * The ghost text at the cursor, all lines of it; empty where there is none.
 *
 * @param {Window} window
 * @returns {Promise<string>}
 */
export function ghostText({ page }) {
  return page.evaluate((grey) => {
    /** @param {Element} element */
    const shown = (element) => element.textContent.replaceAll("\u00a0", " ");
    const inline = [...document.querySelectorAll(grey)].map(shown).join("");
    const below = [...document.querySelectorAll(".view-line .ghost-text")].map(shown);
    return [inline, ...below].join("\n");
  }, GREY);
}

/**
 * How many stretches of the text in front are underlined as wrong.
 *
 * @param {Window} window
 */
export function squiggles({ page }) {
  return page.locator(".editor-instance .squiggly-error").count();
}

/**
 * What the status bar says of errors and warnings, as in `Errors: 1`.
 *
 * @param {Window} window
 */
export async function problems({ page }) {
  return (await page.locator("#status\\.problems").getAttribute("aria-label")) ?? "";
}

/**
 * All that the status bar says.
 *
 * @param {Window} window
 */
export async function statusText({ page }) {
  return (await page.locator(".part.statusbar").textContent()) ?? "";
}

/**
 * What Holegram's item of the status bar says; empty where there is none.
 *
 * @param {Window} window
 */
export async function statusBar({ page }) {
  const item = page.locator("[id='holegram.holegram.holegram.status']");
  return (await item.count()) === 0 ? "" : ((await item.first().getAttribute("aria-label")) ?? "");
}

/**
 * Note each text that Holegram's item of the status bar shows from now on, however shortly.
 *
 * @param {Window} window
 * @returns {Promise<() => Promise<string[]>>} tells those so far, one after another
 */
export async function watchStatusBar({ page }) {
  const noted = await page.evaluateHandle(() => {
    const said = /** @type {string[]} */ ([]);
    const look = () => {
      const item = document.getElementById("holegram.holegram.holegram.status");
      const label = item?.getAttribute("aria-label") ?? "";
      if (label !== said.at(-1)) {
        said.push(label);
      }
    };
    const bar = document.querySelector(".part.statusbar");
    new MutationObserver(look).observe(/** @type {Element} */ (bar), { attributes: true, childList: true, subtree: true });
    look();
    return said;
  });
  return () => noted.evaluate((said) => [...said]);
}

/**
 * Note whether there is ghost text from now on, however shortly.
 *
 * @param {Window} window
 * @returns {Promise<() => Promise<boolean>>} tells whether there was some
 */
export async function watchGhostText({ page }) {
  const noted = await page.evaluateHandle((grey) => {
    const seen = { any: false };
    const look = () => (seen.any ||= document.querySelector(`${grey}, .ghost-text`) !== null);
    const editor = document.querySelector(".part.editor");
    new MutationObserver(look).observe(/** @type {Element} */ (editor), { childList: true, subtree: true });
    look();
    return seen;
  }, GREY);
  return () => noted.evaluate((seen) => seen.any);
}

/**
 * The messages that are on the screen.
 *
 * @param {Window} window
 */
export function messages({ page }) {
  return page.locator(".notifications-toasts .notification-list-item-message").allInnerTexts();
}

/**
 * Where the status bar says that the cursor is.
 *
 * @param {Window} window
 */
export async function cursor({ page }) {
  const item = page.locator("#status\\.editor\\.selection");
  return (await item.count()) === 0 ? "" : ((await item.getAttribute("aria-label")) ?? "");
}

/**
 * The rows of a list that is on the screen, from above.
 *
 * @param {Window} window
 * @param {string} selector what the list is in
 * @returns {Promise<string[]>}
 */
export function rows({ page }, selector) {
  return page.locator(`${selector} .monaco-list-row`).evaluateAll((elements) =>
    elements
      .map((element) => ({ top: element.getBoundingClientRect().top, text: element.getAttribute("aria-label") ?? "" }))
      .sort((one, other) => one.top - other.top)
      .map((row) => row.text),
  );
}

/**
 * Wait until something that a person sees is as it should be.
 *
 * @template T
 * @param {Window} window
 * @param {string} what is looked at, in words
 * @param {() => Promise<T>} look
 * @param {(seen: T) => boolean} accept
 * @returns {Promise<T>} what was seen and accepted
 */
export async function eventually(window, what, look, accept) {
  const end = Date.now() + PATIENCE;
  for (;;) {
    const seen = await look();
    if (accept(seen)) {
      return seen;
    }
    if (Date.now() > end) {
      const picture = await screenshot(window, `failed ${what}`);
      throw new Error(`${what} is still ${JSON.stringify(seen)} after ${PATIENCE / 1000} s; see ${picture}`);
    }
    await window.page.waitForTimeout(50);
  }
}

/**
 * Wait until something is suggested.
 *
 * @param {Window} window
 * @returns {Promise<string>} the ghost text
 */
export function suggestion(window) {
  return eventually(window, "the ghost text", () => ghostText(window), (seen) => seen !== "");
}

/**
 * Wait until something that a person sees is one certain thing.
 *
 * @template T
 * @param {Window} window
 * @param {string} what is looked at, in words
 * @param {(window: Window) => Promise<T>} look
 * @param {T} expected
 */
export async function shows(window, what, look, expected) {
  await eventually(window, what, () => look(window), (seen) => seen === expected);
}

/**
 * Keep what the window looks like.
 *
 * @param {Window} window
 * @param {string} name
 * @returns {Promise<string>} the path of the picture
 */
export async function screenshot({ page, screenshots }, name) {
  const path = join(screenshots, `${name.replaceAll(/[^\w.]+/g, "-")}.png`);
  await page.screenshot({ path });
  return path;
}
