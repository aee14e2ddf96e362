/** Ghost text: what is shown is what is inserted, and what is inserted parses. */

import { after, afterEach, before, describe, test } from "node:test";

import { CASES, FIRST, LABELLED } from "./cases.mjs";
import { begin, beginLine, open } from "./scene.mjs";
import {
  closeFile, eventually, ghostText, messages, press, problems, runCommand, screenshot, shows, statusText, suggestion, text,
  textWithGhost, type,
} from "./window.mjs";

/**
 * With these settings there is ghost text at each place of a case, also where the model is not sure, and it is the server's:
 * where the list of completions opens by itself, the ghost text shows what is selected there, and keys are for the list.
 */
const GHOSTS = {
  "holegram.completion.eagerness": "eager",
  "editor.quickSuggestions": { other: "off" },
  "editor.suggestOnTriggerCharacters": false,
};

describe("ghost text", () => {
  /** @type {import("./scene.mjs").Scene} */
  let scene;
  before(async () => {
    scene = await begin({ settings: GHOSTS });
  });
  afterEach(() => closeFile(scene.window));
  after(() => scene.end());

  /** @param {string} what @param {(ghost: string) => boolean} accept */
  function ghost(what, accept) {
    return eventually(scene.window, `the ghost text ${what}`, () => ghostText(scene.window), accept);
  }

  /** @param {string} expected */
  async function textIs(expected) {
    await shows(scene.window, "the text", text, expected);
  }

  /** Wait for what is suggested, and see what the text would be with it. */
  async function suggested() {
    const shown = await suggestion(scene.window);
    return { shown, joined: await textWithGhost(scene.window) };
  }

  /** A mistake is made and taken back, so that what is said of errors is said of the text as it stands. */
  async function nothingIsWrong() {
    await type(scene.window, " ]");
    await errors("Errors: 1");
    await press(scene.window, "Backspace", "Backspace");
    await errors("No Problems");
  }

  /** @param {string} label */
  async function errors(label) {
    await shows(scene.window, "the count of problems", problems, label);
  }

  for (const example of CASES) {
    test(`comes while ${example.file} is typed, shrinks when it is typed and goes when something else is`, async () => {
      await open(scene, example);
      await beginLine(scene, example);
      const { shown } = await suggested();
      await screenshot(scene.window, `ghost text in ${example.file}`);
      await type(scene.window, shown.charAt(0));
      await ghost("after its first character is typed", (seen) => seen === shown.slice(1));
      await press(scene.window, "Shift+Home");
      await type(scene.window, `${example.comment}x`);
      await ghost("in a comment", (seen) => seen === "");
    });

    test(`is inserted in ${example.file} by Tab, and what was shown is what is there`, async () => {
      await open(scene, example);
      await beginLine(scene, example);
      const { joined } = await suggested();
      await press(scene.window, "Tab");
      await textIs(joined);
      await nothingIsWrong();
    });

    test(`is inserted in ${example.file} word by word by Ctrl+Right`, async () => {
      await open(scene, example);
      await beginLine(scene, example);
      const { shown, joined } = await suggested();
      const before = await text(scene.window);
      await press(scene.window, "Control+ArrowRight");
      await eventually(scene.window, "the text", () => text(scene.window), (seen) => seen !== before);
      await ghost("after a word", (seen) => seen !== "" && shown.endsWith(seen));
      await shows(scene.window, "the text with the ghost text", textWithGhost, joined);
    });

    test(`is another in ${example.file} after Alt+], and that one is inserted`, async () => {
      await open(scene, example);
      await beginLine(scene, example);
      const { shown } = await suggested();
      await press(scene.window, "Alt+BracketRight");
      await ghost("after the next one was asked for", (seen) => seen !== "" && seen !== shown);
      const joined = await textWithGhost(scene.window);
      await press(scene.window, "Tab");
      await textIs(joined);
      await nothingIsWrong();
    });
  }

  test("is inserted by Tab too where the list of completions opens by itself", async () => {
    await scene.configure({});
    await open(scene, FIRST);
    await beginLine(scene, FIRST);
    await suggested();
    const before = await text(scene.window);
    await press(scene.window, "Tab");
    await eventually(scene.window, "the text", () => text(scene.window), (seen) => seen.length > before.length);
    await nothingIsWrong();
    await scene.configure(GHOSTS);
  });

  test("goes beyond a quote that VS Code has put behind the cursor", async () => {
    await open(scene, LABELLED);
    await press(scene.window, "Control+End", "Enter");
    await type(scene.window, 'resource "cloud_n');
    const { joined } = await suggested();
    await press(scene.window, "Tab");
    await textIs(joined);
    const labels = /^resource "cloud_\w+" "\w+" \{/mu;
    await eventually(scene.window, "the text", () => text(scene.window), (seen) => labels.test(seen));
  });

  test("is what Write… has written, changes nothing before Tab, and is all of it then", async () => {
    const { window } = scene;
    await open(scene, LABELLED);
    await press(window, "Control+End", "Enter");
    const written = async () => (await text(window)).trimEnd();
    const before = await written();
    await runCommand(window, "Holegram: Write…", "S3 bucket with versioning");
    await ghost("of what was written", (seen) => seen.includes("aws_s3_bucket_versioning"));
    await shows(window, "the text", written, before);
    await press(window, "Tab");
    const whole = /^resource "aws_s3_bucket" [^]*^resource "aws_s3_bucket_versioning" [^]*"Enabled"\s*\}\s*\}\s*$/mu;
    await eventually(window, "the text", () => text(window), (seen) => seen.startsWith(before) && whole.test(seen));
    await nothingIsWrong();
  });

  test("is an example for a comment after Alt+\\", async () => {
    await askBelow("# security group that lets in HTTPS");
    await ghost("for the comment", (seen) => seen.includes("aws_security_group"));
  });

  test("is none for a comment that no example is about, and the status bar says so after Alt+\\", async () => {
    await askBelow("# qwertz uiop asdf");
    await eventually(scene.window, "the message", () => statusText(scene.window), (seen) => seen.includes("no example is about this"));
    await ghost("for the comment", (seen) => seen === "");
    await type(scene.window, "r");
    await eventually(scene.window, "no message", () => statusText(scene.window), (seen) => !seen.includes("no example"));
  });

  test("is counted, for the person alone", async () => {
    const { window } = scene;
    await open(scene, FIRST);
    const before = await acceptedSoFar();
    await beginLine(scene, FIRST);
    await suggested();
    await press(window, "Tab");
    await eventually(window, "the count of accepted ones", acceptedSoFar, (seen) => seen === before + 1);
  });

  /** @param {string} comment at the end of a file */
  async function askBelow(comment) {
    const { window } = scene;
    await open(scene, LABELLED);
    await press(window, "Control+End", "Enter");
    await type(window, comment);
    await press(window, "Enter");
    await shows(window, "the text", async () => (await text(window)).trimEnd().endsWith(comment), true);
    await press(window, "Alt+Backslash");
  }

  /** What the command says that was accepted so far. */
  async function acceptedSoFar() {
    const { window } = scene;
    await runCommand(window, "Holegram: Show Suggestion Statistics");
    const counts = /\d+ shown, (\d+) accepted/;
    const said = await eventually(window, "the message", () => messages(window), (seen) => seen.some((one) => counts.test(one)));
    await runCommand(window, "Notifications: Clear All Notifications");
    return Number(counts.exec(said.join("\n"))?.[1]);
  }
});
