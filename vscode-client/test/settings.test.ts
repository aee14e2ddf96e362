import assert from "node:assert/strict";
import { test } from "node:test";
import { RESTARTING, laterOptions, mayAsk, startOptions } from "../src/settings";

const values = {
  server: { path: "/bin/holegram" },
  model: "/models/own",
  bundles: ["/bundles"],
  maxTokens: 20,
  completion: { enabled: true },
};
const usual = { trusted: true, paused: false, snoozedUntil: undefined };

test("the server is told its own settings when it starts, and only later ones later", () => {
  assert.deepEqual(Object.keys(startOptions(values, usual)).sort(), ["bundles", "completion", "maxTokens", "model"]);
  assert.deepEqual(laterOptions(values, usual), { maxTokens: 20, completion: { enabled: true } });
});

test("nothing is suggested in a workspace that is not trusted, nor in a window that is paused or snoozed", () => {
  for (const now of [{ ...usual, trusted: false }, { ...usual, paused: true }, { ...usual, snoozedUntil: "10:05" }]) {
    assert.deepEqual(startOptions(values, now).completion, { enabled: false });
    assert.deepEqual(laterOptions({}, now).completion, { enabled: false });
  }
});

test("suggestions that the user turned off stay off", () => {
  assert.deepEqual(laterOptions({ completion: { enabled: false } }, usual).completion, { enabled: false });
});

test("what the server never takes later starts it anew", () => {
  const never = Object.keys(values).filter((name) => !(name in laterOptions(values, usual)));
  assert.deepEqual(never.filter((name) => !RESTARTING.includes(`holegram.${name}`)), []);
});

test("without trust errors may be asked for and nothing else", () => {
  assert.ok(mayAsk("textDocument/diagnostic", false));
  for (const method of ["textDocument/inlineCompletion", "textDocument/completion", "textDocument/hover", "holegram/hole"]) {
    assert.ok(!mayAsk(method, false));
    assert.ok(mayAsk(method, true));
  }
});
