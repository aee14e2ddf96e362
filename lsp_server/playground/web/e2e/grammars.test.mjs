// Ten grammars are pasted: each becomes a language with squiggles and ghost text, and Lark takes what is accepted.

// @ts-check

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { ghost, grammars, goTo, isReady, judged, open, paste, picture, play, textOf } from "./scene.mjs";

/** @type {Awaited<ReturnType<typeof play>>} */
let scene;

before(async () => {
  scene = await play();
});
after(() => scene.close());

for (const one of grammars()) {
  test(`${one.name}: pasted, an error, a suggestion, and all of it in a link`, async () => {
    const { page, complaints, context } = await open(scene.browser, scene.address);
    await page.locator("#name").fill(one.name);
    await paste(page, "#grammar-editor", one.grammar);
    await paste(page, "#text-program", one.before + one.after);
    await page.locator("#grammar-state", { hasText: /^Reading/u }).waitFor({ state: "hidden" });
    await isReady(page);

    const lines = one.before.split("\n");
    await goTo(page, lines.length, (lines.at(-1) ?? "").length + 1);
    await page.keyboard.insertText("§");
    await page.locator("#text-program .cm-lintRange-error").first().waitFor();
    await page.keyboard.press("Backspace");
    await page.keyboard.type(one.typed, { delay: 30 });
    await page.keyboard.press("Escape");
    const shown = await ghost(page);
    assert.notEqual(shown.trim(), "");
    // A bracket or quote that was typed may have been closed.
    const typed = await textOf(page, "#text-program");
    const place = one.before.length + one.typed.length;
    await page.keyboard.press("Tab");
    const text = await textOf(page, "#text-program");
    assert.equal(text, typed.slice(0, place) + shown + typed.slice(place));
    assert.deepEqual(judged(one.grammar, [text]), [null], text);
    await page.locator("#program-state", { hasText: "No errors" }).waitFor();

    await page.locator("#share").click();
    await page.waitForURL(/#share=/u);
    const link = page.url();
    const other = await context.newPage();
    /** @type {string[]} */
    const sent = [];
    other.on("request", (request) => sent.push(request.url()));
    await other.goto(link);
    await isReady(other);
    assert.equal(await textOf(other, "#text-program"), text);
    assert.equal(await other.locator("#name").inputValue(), one.name);
    await other.locator("#share").click();
    await other.locator("#state", { hasText: "link" }).waitFor();
    assert.equal(other.url(), link, "the same grammar and program make the same link");
    assert.ok(sent.every((address) => !address.includes("share")), "the link is never sent");
    assert.deepEqual(complaints, []);
    await picture(page, `grammar-${one.name}`);
    await context.close();
  });
}
