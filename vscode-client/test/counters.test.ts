import assert from "node:assert/strict";
import { test } from "node:test";
import { LATER, NOTHING, type Tally, accepted, changed, inWords, lookedAfter, offered, tallyOf } from "../src/counters";

const offer = { uri: "a", offset: 4, text: "west = 1" };
const none = tallyOf(NOTHING);

function typed(tally: Tally, offset: number, text: string, removed = 0): Tally {
  return changed(tally, "a", { offset, removed, text });
}

test("a suggestion that is typed letter by letter is one, and none that was accepted", () => {
  let tally = offered(none, offer);
  for (const [index, letter] of Array.from("west").entries()) {
    tally = typed(tally, 4 + index, letter);
    tally = offered(tally, { uri: "a", offset: 5 + index, text: offer.text.slice(index + 1) });
  }
  assert.deepEqual(tally.counts, { ...NOTHING, shown: 1 });
});

test("another text at the same place is another suggestion", () => {
  const tally = offered(offered(none, offer), { ...offer, text: "east" });
  assert.equal(tally.counts.shown, 2);
});

test("words taken one after the other are one suggestion that was partly accepted", () => {
  const tally = typed(typed(offered(none, offer), 4, "west"), 8, " =");
  assert.deepEqual(tally.counts, { ...NOTHING, shown: 1, partly: 1 });
});

test("what is typed elsewhere, or otherwise, is no part of it", () => {
  for (const change of [{ offset: 9, text: "west" }, { offset: 4, text: "east" }]) {
    const tally = typed(offered(none, offer), change.offset, change.text);
    assert.equal(tally.counts.partly, 0);
    assert.equal(tally.offer, undefined);
  }
});

test("a change in another document leaves the offer as it is", () => {
  const tally = offered(none, offer);
  assert.deepEqual(changed(tally, "b", { offset: 0, removed: 0, text: "x" }), tally);
});

test("the whole of it is accepted when the editor says so, not when it stands there", () => {
  const there = typed(offered(none, offer), 4, offer.text);
  assert.deepEqual(there.counts, { ...NOTHING, shown: 1 });
  assert.deepEqual(accepted(there, offer, 0).counts, { ...NOTHING, shown: 1, accepted: 1 });
});

test("what was accepted is looked for after a while where it is by then", () => {
  const before = typed(accepted(none, offer, 0), 0, "# a note\n");
  const text = `# a note\na = ${offer.text}\n`;
  assert.equal(lookedAfter(before, LATER - 1, () => text).counts.kept, 0);
  const after = lookedAfter(before, LATER, () => text);
  assert.equal(after.counts.kept, 1);
  assert.equal(lookedAfter(after, 2 * LATER, () => text).counts.kept, 1);
});

test("what was changed or closed since is not still there", () => {
  const changedSince = typed(accepted(none, offer, 0), 6, "x", 1);
  assert.equal(lookedAfter(changedSince, LATER, () => `a = ${offer.text}`).counts.kept, 0);
  assert.equal(lookedAfter(accepted(none, offer, 0), LATER, () => undefined).counts.kept, 0);
});

test("what is typed right after an accepted text leaves it as it is", () => {
  const tally = typed(accepted(none, offer, 0), offer.offset + offer.text.length, "\n");
  assert.equal(lookedAfter(tally, LATER, () => `a = ${offer.text}\n`).counts.kept, 1);
});

test("the counts are told in words, with the share that was accepted", () => {
  assert.equal(
    inWords({ shown: 8, accepted: 2, partly: 1, kept: 1 }),
    "8 shown, 2 accepted (25 %), 1 partly accepted, 1 still there after 30 s",
  );
  assert.match(inWords(NOTHING), /^0 shown, 0 accepted,/);
});
