import assert from "node:assert/strict";
import { test } from "node:test";
import { MEMORY, MOST, type Verdict, afterDeath } from "../src/backoff";

function dying(times: readonly number[]): Verdict[] {
  const verdicts: Verdict[] = [];
  for (const time of times) {
    verdicts.push(afterDeath(verdicts.at(-1)?.deaths ?? [], time));
  }
  return verdicts;
}

test("each wait is twice as long as the one before, until the server is left alone", () => {
  const verdicts = dying([0, 2000, 5000, 10_000, 20_000]);
  assert.deepEqual(
    verdicts.map(({ wait }) => wait),
    [1000, 2000, 4000, 8000, undefined],
  );
  assert.equal(verdicts.length, MOST);
});

test("the user is told of the first death and of the last, and not in between", () => {
  assert.deepEqual(
    dying([0, 1, 2, 3, 4]).map(({ tell }) => tell),
    [true, false, false, false, true],
  );
});

test("deaths of long ago are forgotten", () => {
  const verdicts = dying([0, 1000, 1000 + MEMORY]);
  assert.deepEqual(
    verdicts.map(({ wait }) => wait),
    [1000, 2000, 1000],
  );
  assert.equal(verdicts.at(-1)?.tell, true);
});
