import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { createSnooze } from "../src/snooze";

function snoozing(context: TestContext) {
  context.mock.timers.enable({ apis: ["setTimeout", "Date"], now: new Date(2026, 0, 2, 9, 55) });
  const told: (string | undefined)[] = [];
  return { told, snooze: createSnooze((until) => told.push(until)), timers: context.mock.timers };
}

test("a snooze ends by itself after ten minutes, and says when", (context) => {
  const { told, snooze, timers } = snoozing(context);
  snooze.toggle();
  assert.deepEqual(told, ["10:05"]);
  timers.tick(10 * 60_000 - 1);
  assert.equal(told.length, 1);
  timers.tick(1);
  assert.deepEqual(told, ["10:05", undefined]);
});

test("a snooze is ended by the same command, and then not once more", (context) => {
  const { told, snooze, timers } = snoozing(context);
  snooze.toggle();
  snooze.toggle();
  timers.tick(11 * 60_000);
  assert.deepEqual(told, ["10:05", undefined]);
  snooze.toggle();
  snooze.dispose();
  timers.tick(11 * 60_000);
  assert.equal(told.length, 3);
});
