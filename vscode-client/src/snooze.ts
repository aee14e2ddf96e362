/** Suggestions that are put off for some minutes, and come back by themselves. Knows no editor. */

const MINUTES = 10;

export interface Snooze {
  /** Begin, or end what was begun. */
  toggle(): void;
  dispose(): void;
}

/** `changed` is told when it ends, as a person reads the time, and nothing once it is over. */
export function createSnooze(changed: (until: string | undefined) => void): Snooze {
  let timer: NodeJS.Timeout | undefined;
  const end = () => {
    clearTimeout(timer);
    timer = undefined;
  };
  const wake = () => {
    end();
    changed(undefined);
  };
  return {
    toggle() {
      if (timer !== undefined) {
        wake();
        return;
      }
      const milliseconds = MINUTES * 60_000;
      timer = setTimeout(wake, milliseconds);
      changed(clock(new Date(Date.now() + milliseconds)));
    },
    dispose: end,
  };
}

function clock(time: Date): string {
  return [time.getHours(), time.getMinutes()].map((part) => String(part).padStart(2, "0")).join(":");
}
