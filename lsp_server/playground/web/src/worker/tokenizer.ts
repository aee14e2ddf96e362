// Byte-level BPE (Radford et al. 2019), as a tokenizer.json says it: text to the ids of its tokens.

interface Described {
  readonly pre_tokenizer: { readonly pretokenizers: readonly { readonly pattern?: { readonly Regex: string } }[] };
  readonly model: { readonly vocab: Readonly<Record<string, number>>; readonly merges: readonly (readonly [string, string])[] };
}

const KEPT = 20_000;

/** The letter for each byte: those that can be seen stand for themselves, the others are U+0100 and on. */
function alphabet(): readonly string[] {
  let others = 0;
  return Array.from({ length: 256 }, (_, byte) => {
    const seen = (byte >= 0x21 && byte < 0x7f) || (byte >= 0xa1 && byte !== 0xad);
    return String.fromCharCode(seen ? byte : 256 + others++);
  });
}

export function tokenizer(described: Described): (text: string) => number[] {
  const pattern = described.pre_tokenizer.pretokenizers.find((one) => one.pattern !== undefined)?.pattern?.Regex;
  if (pattern === undefined) {
    throw new Error("the tokenizer splits no text");
  }
  const pieces = new RegExp(pattern, "gu");
  const { vocab, merges } = described.model;
  const ranks = new Map(merges.map(([left, right], rank) => [`${left} ${right}`, rank]));
  const letters = alphabet();
  const encoder = new TextEncoder();
  const known = new Map<string, readonly number[]>();

  function spelled(piece: string): readonly number[] {
    const parts = Array.from(encoder.encode(piece), (byte) => letters[byte] ?? "");
    for (;;) {
      let best = Infinity;
      let at = -1;
      for (let place = 0; place + 1 < parts.length; place += 1) {
        const rank = ranks.get(`${parts[place] ?? ""} ${parts[place + 1] ?? ""}`) ?? Infinity;
        if (rank < best) {
          best = rank;
          at = place;
        }
      }
      if (at < 0) {
        return parts.map((part) => vocab[part] ?? 0);
      }
      const pair = `${parts[at] ?? ""}${parts[at + 1] ?? ""}`;
      parts.splice(at, 2, pair);
    }
  }

  function idsOf(piece: string): readonly number[] {
    let ids = known.get(piece);
    if (ids === undefined) {
      if (known.size > KEPT) {
        known.clear();
      }
      ids = spelled(piece);
      known.set(piece, ids);
    }
    return ids;
  }

  return (text) => {
    const found: number[] = [];
    let place = 0;
    for (const match of text.matchAll(pieces)) {
      if (match.index > place) {
        found.push(...idsOf(text.slice(place, match.index)));
      }
      found.push(...idsOf(match[0]));
      place = match.index + match[0].length;
    }
    if (place < text.length) {
      found.push(...idsOf(text.slice(place)));
    }
    return found;
  };
}
