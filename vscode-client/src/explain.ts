/** The server's account of a suggestion, as Markdown. Knows no editor. */

/** What became of a request for a suggestion. */
export interface Outcome {
  readonly reason: string | null;
  readonly offered: number;
  readonly timingsMs: Readonly<Record<string, number>>;
}

/** The answer to `holegram/explain`; `last` is what became of the editor's own last request at the place. */
export interface Explanation extends Outcome {
  readonly expected: readonly string[];
  readonly expectedAt?: { readonly line: number; readonly character: number } | null;
  readonly last?: Outcome | null;
  readonly tokens: number;
  readonly statistics: Readonly<Record<string, number>>;
  readonly recalled: boolean;
}

/** The account of what happened at a place, which is a text such as `main.tf:3:7`. */
export function explained(place: string, answer: Explanation): string {
  const parts = [
    `# Why ${answer.offered > 0 ? "this" : "nothing"} was suggested`,
    `At \`${place}\`: ${verdict(answer)}`,
  ];
  if (answer.expected.length > 0) {
    const at = answer.expectedAt ?? null;
    const title = at === null ? "What may stand here" : `What was expected at ${at.line + 1}:${at.character + 1}`;
    parts.push(`## ${title}\n\n${answer.expected.map((name) => `- ${name}`).join("\n")}`);
  }
  if (answer.recalled && answer.offered > 0) {
    parts.push("It was answered from memory: no model was asked.");
  }
  parts.push(list("Milliseconds", answer.timingsMs, (value) => value.toFixed(1)));
  const counts = { ...(answer.tokens > 0 ? { tokens: answer.tokens } : {}), ...answer.statistics };
  parts.push(list("Counts", counts, String));
  const last = answer.last ?? null;
  if (last !== null) {
    parts.push(`## The last request of the editor here\n\nIts answer: ${verdict(last)}`);
    parts.push(list("Its milliseconds", last.timingsMs, (value) => value.toFixed(1)));
  }
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

function verdict(answer: Outcome): string {
  if (answer.reason !== null) {
    return `${answer.reason}.`;
  }
  return answer.offered === 1 ? "one text fits and was offered." : `${answer.offered} texts fit and were offered.`;
}

function list(title: string, values: Readonly<Record<string, number>>, shown: (value: number) => string): string {
  const rows = Object.entries(values).map(([name, value]) => `- ${name.replaceAll("_", " ")}: ${shown(value)}`);
  return rows.length === 0 ? "" : `## ${title}\n\n${rows.join("\n")}`;
}
