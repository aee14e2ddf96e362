import assert from "node:assert/strict";
import { test } from "node:test";
import { holeText } from "../src/hole";

test("a hole is shown with its place, or with the reason why there is none", () => {
  assert.equal(holeText("a:1:1", { grammar: "start: A\n" }), "// What fits at a:1:1, in Lark's notation.\nstart: A\n");
  assert.equal(
    holeText("a:1:1", { reason: "the cursor is in a comment" }),
    "// Nothing can be said of a:1:1: the cursor is in a comment\n",
  );
});
