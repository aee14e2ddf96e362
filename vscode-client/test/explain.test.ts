import assert from "node:assert/strict";
import { test } from "node:test";
import { type Explanation, explained } from "../src/explain";
import { holeText } from "../src/hole";

const nothing: Explanation = {
  reason: "the cursor is in a comment",
  offered: 0,
  expected: [],
  timingsMs: {},
  tokens: 0,
  statistics: {},
  recalled: true,
};

test("why there is nothing is said with its place, and no empty part", () => {
  const text = explained("main.tf:3:7", nothing);
  assert.equal(text, "# Why nothing was suggested\n\nAt `main.tf:3:7`: the cursor is in a comment.\n");
});

test("what was offered is counted, with what may stand there and how long it took", () => {
  const text = explained("a:1:1", {
    ...nothing,
    reason: null,
    offered: 2,
    expected: ["`[`", "an identifier"],
    timingsMs: { model: 12.34 },
    tokens: 7,
    statistics: { forward_passes: 3 },
    recalled: false,
  });
  for (const part of ["Why this was suggested", "2 texts fit", "- an identifier", "- model: 12.3", "- tokens: 7", "- forward passes: 3"]) {
    assert.ok(text.includes(part), part);
  }
  assert.ok(!text.includes("from memory"));
});

test("where an error comes before the cursor, what was expected there is told with its place", () => {
  const text = explained("a:3:1", { ...nothing, expected: ["`:`"], expectedAt: { line: 1, character: 4 } });
  assert.ok(text.includes("## What was expected at 2:5\n\n- `:`"));
  assert.ok(!text.includes("What may stand here"));
});

test("what became of the editor's own last request is told", () => {
  const last = { reason: "cancelled: nobody waits for it any more", offered: 0, timingsMs: { answer: 12.34 } };
  const text = explained("a:1:1", { ...nothing, last });
  assert.ok(text.includes("Its answer: cancelled: nobody waits for it any more."));
  assert.ok(text.includes("- answer: 12.3"));
  assert.ok(!explained("a:1:1", { ...nothing, last: null }).includes("Its answer"));
});

test("a hole is shown with its place, or with the reason why there is none", () => {
  assert.equal(holeText("a:1:1", { grammar: "start: A\n" }), "// What fits at a:1:1, in Lark's notation.\nstart: A\n");
  assert.equal(holeText("a:1:1", { reason: "in a comment" }), "// Nothing fits at a:1:1: in a comment\n");
});
