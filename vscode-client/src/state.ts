/** What is known of this window, and what was counted; others are told when it changes. */

import * as vscode from "vscode";
import { type Counts, NOTHING, type Tally, tallyOf } from "./counters";
import type { Situation } from "./status";

const COUNTS = "holegram.counts";

export interface State {
  now(): Situation;
  counts(): Counts;
  learn(news: Partial<Situation>): void;
  count(step: (tally: Tally) => Tally): void;
}

/** The state of a window that was just opened; the counts are those of all windows before. */
export function createState(stored: vscode.Memento, show: (now: Situation) => void): State {
  let now: Situation = {
    life: { state: "starting" },
    model: undefined,
    trusted: vscode.workspace.isTrusted,
    paused: false,
    snoozedUntil: undefined,
    thinking: false,
  };
  let tally = tallyOf({ ...NOTHING, ...stored.get<Counts>(COUNTS) });
  return {
    now: () => now,
    counts: () => tally.counts,
    learn(news) {
      now = { ...now, ...news };
      show(now);
      tellWalkthrough("running", now.life.state === "running");
    },
    count(step) {
      const before = tally.counts;
      tally = step(tally);
      if (tally.counts !== before) {
        void stored.update(COUNTS, tally.counts);
        tellWalkthrough("accepted", tally.counts.accepted > 0);
      }
    },
  };
}

/** Steps of the walkthrough are done when something is so. */
function tellWalkthrough(what: string, isSo: boolean): void {
  void vscode.commands.executeCommand("setContext", `holegram.${what}`, isSo);
}
