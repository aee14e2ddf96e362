/** What the status bar says, derived from all that is known. Knows no editor. */

/** What the server says of its model: the notification `holegram/status`. */
export interface ModelStatus {
  readonly state: "loading" | "ready" | "unloaded" | "failed" | "off";
  readonly message: string | null;
  readonly model: string | null;
  readonly percentage: number | null;
}

/** The server as a process. */
export type Life =
  | { readonly state: "starting" | "running" | "stopped" }
  | { readonly state: "installing"; readonly step?: string }
  | { readonly state: "waiting"; readonly problem: string }
  | { readonly state: "failed"; readonly problem: string; readonly missing?: boolean };

export interface Situation {
  readonly life: Life;
  readonly model: ModelStatus | undefined;
  readonly trusted: boolean;
  readonly paused: boolean;
  /** When suggestions that were put off come back, as in "10:05". */
  readonly snoozedUntil: string | undefined;
  /** Whether a suggestion is being waited for. */
  readonly thinking: boolean;
}

export interface Shown {
  readonly icon: string;
  /** The state in a word, as in "Holegram: ready". */
  readonly word: string;
  /** What stands beside the name in the status bar, where something is to be waited for. */
  readonly beside?: string;
  /** A sentence for the tooltip. */
  readonly detail: string;
  readonly severity: "none" | "error";
}

/** Why nothing is suggested in a window, if that is so whatever the server says. */
export function silenceIn(now: Situation): string | undefined {
  if (!now.trusted) {
    return "there are no suggestions until you trust this workspace.";
  }
  if (now.paused) {
    return "suggestions are paused in this window.";
  }
  return now.snoozedUntil === undefined ? undefined : `suggestions are snoozed until ${now.snoozedUntil}.`;
}

/** Whether suggestions come at once, or never, so that nobody has to wait for the model. */
export function isLoaded(model: ModelStatus | undefined): boolean {
  return model !== undefined && model.state !== "loading" && model.state !== "unloaded";
}

/** What to show: of several things that are true, the one that keeps suggestions away. */
export function shownFor(now: Situation): Shown {
  const life = now.life;
  switch (life.state) {
    case "failed":
      return error(life.problem);
    case "waiting":
      return say("sync~spin", "restarting", life.problem);
    case "installing":
      return { ...say("sync~spin", "installing…", installation(life.step)), beside: "installing…" };
    case "stopped":
      return say("circle-slash", "off", "The server is not running. Click for a menu that restarts it.");
    case "starting":
      return say("loading~spin", "starting", "The server is starting.");
    case "running":
      break;
  }
  if (!now.trusted) {
    return say("shield", "off", "You have not trusted this workspace, so Holegram only shows errors.");
  }
  if (now.paused) {
    return say("debug-pause", "paused", "Suggestions are paused in this window. Click to resume them.");
  }
  if (now.snoozedUntil !== undefined) {
    return say("bell-slash", `snoozed until ${now.snoozedUntil}`, "Suggestions come back by themselves.");
  }
  return ofModel(now.model, now.thinking);
}

/** The words that a screen reader reads, and tests too. */
export function labelOf(shown: Shown): string {
  return `Holegram: ${shown.word}`;
}

function ofModel(model: ModelStatus | undefined, thinking: boolean): Shown {
  switch (model?.state) {
    case "off":
      return say("circle-slash", "off", "Suggestions are turned off in the settings (holegram.completion.enabled).");
    case "failed":
      return error(model.message ?? "The model could not be loaded. The log says why.");
    case "loading":
      return loading(`${model.percentage ?? 0} %`);
    case "unloaded":
    case "ready":
    case undefined:
      break;
  }
  if (thinking) {
    return say("ellipsis", "thinking", "Holegram is working on a suggestion.");
  }
  return say("check", "ready", readiness(model));
}

function readiness(model: ModelStatus | undefined): string {
  const name = model?.model ?? "bundled";
  const which = name === "bundled" ? "The bundled model" : `The model ${name}`;
  return model?.state === "ready"
    ? `${which} is loaded.`
    : `${which} is not in memory. The next suggestion loads it.`;
}

function loading(share: string): Shown {
  return { ...say("loading~spin", `loading ${share}`, "The model is being loaded."), beside: share };
}

function installation(step: string | undefined): string {
  return `The server is being installed, which takes a few minutes${step === undefined ? "" : `: ${step}`}.`;
}

function say(icon: string, word: string, detail: string): Shown {
  return { icon, word, detail, severity: "none" };
}

function error(problem: string): Shown {
  return { icon: "error", word: "error", detail: problem, severity: "error" };
}
