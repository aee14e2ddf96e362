import assert from "node:assert/strict";
import { test } from "node:test";
import { type ModelStatus, type Situation, isLoaded, labelOf, shownFor, silenceIn } from "../src/status";

const ready: ModelStatus = { state: "ready", message: null, model: "bundled", percentage: null };
const usual: Situation = { life: { state: "running" }, model: ready, trusted: true, paused: false, snoozedUntil: undefined, thinking: false };

function label(changes: Partial<Situation>): string {
  return labelOf(shownFor({ ...usual, ...changes }));
}

test("each state of the model has its word", () => {
  assert.equal(label({}), "Holegram: ready");
  assert.equal(label({ model: undefined }), "Holegram: ready");
  assert.equal(label({ model: { ...ready, state: "unloaded" } }), "Holegram: ready");
  assert.equal(label({ model: { ...ready, state: "loading", percentage: 40 } }), "Holegram: loading 40 %");
  assert.equal(label({ model: { ...ready, state: "failed", message: "no such model" } }), "Holegram: error");
  assert.equal(label({ model: { ...ready, state: "off" } }), "Holegram: off");
  assert.equal(label({ thinking: true }), "Holegram: thinking");
});

test("of a model that failed the reason is told", () => {
  assert.equal(shownFor({ ...usual, model: { ...ready, state: "failed", message: "no such model" } }).detail, "no such model");
});

test("whether the model is loaded yet is told, with its name", () => {
  const details = (["ready", "unloaded"] as const).map((state) => shownFor({ ...usual, model: { ...ready, state } }).detail);
  assert.deepEqual(details, [
    "The bundled model is loaded.",
    "The bundled model is not in memory. The next suggestion loads it.",
  ]);
});

test("suggestions are waited for once the model is loaded, or cannot be", () => {
  const states = ["loading", "unloaded", "ready", "failed", "off"] as const;
  assert.deepEqual(states.filter((state) => isLoaded({ ...ready, state })), ["ready", "failed", "off"]);
  assert.equal(isLoaded(undefined), false);
});

test("each state of the server has its word", () => {
  assert.equal(label({ life: { state: "starting" } }), "Holegram: starting");
  assert.equal(label({ life: { state: "waiting", problem: "It died." } }), "Holegram: restarting");
  assert.equal(label({ life: { state: "installing" } }), "Holegram: installing…");
  assert.equal(label({ life: { state: "failed", problem: "It is not there." } }), "Holegram: error");
  assert.equal(label({ life: { state: "stopped" } }), "Holegram: off");
});

test("while the server is installed the status bar shows it, and the tooltip tells the step", () => {
  const shown = shownFor({ ...usual, life: { state: "installing", step: "downloading torch (200 MB)" } });
  assert.equal(shown.beside, "installing…");
  assert.match(shown.detail, /: downloading torch \(200 MB\)\.$/);
  assert.equal(shownFor({ ...usual, model: { ...ready, state: "loading", percentage: 40 } }).beside, "40 %");
  assert.equal(shownFor(usual).beside, undefined);
});

test("of several hindrances the outermost is told", () => {
  const failed = { ...ready, state: "failed" } as const;
  assert.equal(label({ paused: true, thinking: true, model: failed }), "Holegram: paused");
  assert.equal(label({ snoozedUntil: "10:05", thinking: true }), "Holegram: snoozed until 10:05");
  assert.equal(label({ snoozedUntil: "10:05", paused: true }), "Holegram: paused");
  assert.equal(label({ trusted: false, paused: true }), "Holegram: off");
  assert.equal(label({ life: { state: "failed", problem: "" }, trusted: false }), "Holegram: error");
});

test("a window is silent where it is paused or not trusted, and then it is told why", () => {
  assert.equal(silenceIn(usual), undefined);
  assert.match(silenceIn({ ...usual, paused: true }) ?? "", /paused/);
  assert.match(silenceIn({ ...usual, paused: true, trusted: false }) ?? "", /trust this workspace/);
  assert.match(silenceIn({ ...usual, snoozedUntil: "10:05" }) ?? "", /until 10:05/);
});
