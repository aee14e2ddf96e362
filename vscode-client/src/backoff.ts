/** How long to wait before a server that died is started again. Knows no editor and no process. */

/** Deaths farther back than this, in milliseconds, say nothing about the server as it is now. */
export const MEMORY = 180_000;

/** After so many deaths within that time the server is left alone. */
export const MOST = 5;

const FIRST_WAIT = 1000;

export interface Verdict {
  /** The deaths that count, this one included. */
  readonly deaths: readonly number[];
  /** Milliseconds until the next start; undefined if there is to be none. */
  readonly wait: number | undefined;
  /** Whether the user should be told: of the first death, and that it was the last one. */
  readonly tell: boolean;
}

/** What to do about a death at a time, after those before; each wait is twice as long as the last. */
export function afterDeath(deaths: readonly number[], now: number): Verdict {
  const recent = [...deaths.filter((time) => now - time < MEMORY), now];
  const again = recent.length < MOST;
  return {
    deaths: recent,
    wait: again ? FIRST_WAIT * 2 ** (recent.length - 1) : undefined,
    tell: recent.length === 1 || !again,
  };
}
