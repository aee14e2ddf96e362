/** What the server is told of the settings, and when. Knows no editor. */

export type Values = Readonly<Record<string, unknown>>;

/** What turns suggestions off besides the setting. */
export interface Circumstances {
  readonly trusted: boolean;
  readonly paused: boolean;
  /** When suggestions that were put off come back. */
  readonly snoozedUntil: string | undefined;
}

/** Settings of the extension itself, of which the server knows nothing. */
const OURS = ["server"];

/** Settings that the server takes when it starts and never later. */
const AT_START = ["model", "bundles", "parsers"];

/** Sections of which a change needs a new server: all that it uses up before the first request. */
export const RESTARTING = ["server", ...AT_START, "threads"].map((name) => `holegram.${name}`);

/** The start-up options for some settings. */
export function startOptions(values: Values, now: Circumstances): Values {
  return silenced(without(values, OURS), now);
}

/** The settings as the server may ask for them again and again. */
export function laterOptions(values: Values, now: Circumstances): Values {
  return silenced(without(values, [...OURS, ...AT_START]), now);
}

function without(values: Values, names: readonly string[]): Values {
  return Object.fromEntries(Object.entries(values).filter(([name]) => !names.includes(name)));
}

function silenced(values: Values, now: Circumstances): Values {
  if (now.trusted && !now.paused && now.snoozedUntil === undefined) {
    return values;
  }
  const completion = values.completion;
  const others = typeof completion === "object" && completion !== null ? completion : {};
  return { ...values, completion: { ...others, enabled: false } };
}

const UNTRUSTED = new Set(["textDocument/diagnostic", "shutdown"]);

/** Whether a request may be sent: in a workspace that is not trusted errors are shown and nothing else is. */
export function mayAsk(method: string, trusted: boolean): boolean {
  return trusted || UNTRUSTED.has(method);
}
