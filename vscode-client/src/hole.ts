/** The grammar of what fits at a cursor, as a text to look at. Knows no editor. */

/** The answer to `holegram/hole`. */
export type HoleAnswer = { readonly grammar: string } | { readonly reason: string };

/** The grammar with a line that says of what place it is, or that line with the reason why there is none. */
export function holeText(place: string, answer: HoleAnswer): string {
  return "grammar" in answer
    ? `// What fits at ${place}, in Lark's notation.\n${answer.grammar}`
    : `// Nothing can be said of ${place}: ${answer.reason}\n`;
}
