/**
 * What became of suggestions: shown, accepted, partly accepted, still there after a while. Knows no editor.
 *
 * The editor tells an extension neither that a suggestion is on the screen nor that a part of it was taken. So one that was
 * answered counts as shown, and an insertion of several characters that begins what is left of it as a part that was accepted.
 */

export interface Counts {
  readonly shown: number;
  readonly accepted: number;
  readonly partly: number;
  readonly kept: number;
}

/** A text at an offset of a document. */
export interface Stretch {
  readonly uri: string;
  readonly offset: number;
  readonly text: string;
}

/** What is on offer, and what is left of it to type. */
interface Offer extends Stretch {
  readonly partly: boolean;
}

/** A text that was accepted, until it is looked for. */
interface Kept extends Stretch {
  readonly due: number;
}

export interface Tally {
  readonly counts: Counts;
  readonly offer: Offer | undefined;
  readonly waiting: readonly Kept[];
}

export interface Change {
  readonly offset: number;
  readonly removed: number;
  readonly text: string;
}

/** Milliseconds after which it is looked whether an accepted text still stands. */
export const LATER = 30_000;

export const NOTHING: Counts = { shown: 0, accepted: 0, partly: 0, kept: 0 };

export function tallyOf(counts: Counts): Tally {
  return { counts, offer: undefined, waiting: [] };
}

/** After the editor was given a suggestion: what is left of the last one is no new one. */
export function offered(tally: Tally, next: Stretch): Tally {
  const last = tally.offer;
  if (last?.uri === next.uri && last.offset === next.offset && last.text === next.text) {
    return tally;
  }
  return { ...counted(tally, "shown"), offer: { ...next, partly: false } };
}

/** After a document was changed. */
export function changed(tally: Tally, uri: string, change: Change): Tally {
  const waiting = tally.waiting.flatMap((kept) => (kept.uri === uri ? moved(kept, change) : [kept]));
  const offer = tally.offer;
  if (offer?.uri !== uri) {
    return { ...tally, waiting };
  }
  const taken = taking(offer, change);
  if (taken === undefined) {
    return { ...tally, waiting, offer: undefined };
  }
  const some = change.text.length > 1 && taken.text !== "" && !offer.partly;
  const next = some ? counted(tally, "partly") : tally;
  return { ...next, waiting, offer: taken.text === "" ? undefined : { ...taken, partly: offer.partly || some } };
}

/** After a suggestion was accepted; the text is in the document by then. */
export function accepted(tally: Tally, stretch: Stretch, now: number): Tally {
  const next = counted(tally, "accepted");
  return { ...next, offer: undefined, waiting: [...tally.waiting, { ...stretch, due: now + LATER }] };
}

/** After a while: each accepted text whose time has come is counted if it stands where it was put, in `textOf` its document. */
export function lookedAfter(tally: Tally, now: number, textOf: (uri: string) => string | undefined): Tally {
  const due = tally.waiting.filter((kept) => kept.due <= now);
  const standing = due.filter((kept) => textOf(kept.uri)?.startsWith(kept.text, kept.offset));
  return {
    ...tally,
    counts: { ...tally.counts, kept: tally.counts.kept + standing.length },
    waiting: tally.waiting.filter((kept) => kept.due > now),
  };
}

/** The counts in words. */
export function inWords(counts: Counts): string {
  const share = counts.shown > 0 ? ` (${Math.round((100 * counts.accepted) / counts.shown)} %)` : "";
  return [
    `${counts.shown} shown`,
    `${counts.accepted} accepted${share}`,
    `${counts.partly} partly accepted`,
    `${counts.kept} still there after 30 s`,
  ].join(", ");
}

function counted(tally: Tally, what: keyof Counts): Tally {
  return { ...tally, counts: { ...tally.counts, [what]: tally.counts[what] + 1 } };
}

/** What a change leaves of an offer that it takes a part of; undefined if it is another change. */
function taking(offer: Offer, change: Change): Offer | undefined {
  const here = change.removed === 0 && change.offset === offer.offset && change.text !== "";
  if (!here || !offer.text.startsWith(change.text)) {
    return undefined;
  }
  return { ...offer, offset: offer.offset + change.text.length, text: offer.text.slice(change.text.length) };
}

/** An accepted text where it is after a change; gone if the change touched it. */
function moved(kept: Kept, change: Change): Kept[] {
  if (change.offset >= kept.offset + kept.text.length) {
    return [kept];
  }
  if (change.offset + change.removed <= kept.offset) {
    return [{ ...kept, offset: kept.offset + change.text.length - change.removed }];
  }
  return [];
}
