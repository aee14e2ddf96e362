/**
 * What the tests do in a file of each language. A place is named by the text that ends there.
 *
 * @typedef {object} Case
 * @property {string} file
 * @property {string} mistakeAfter where a bracket too many is a mistake
 * @property {string} lineAfter the end of a line after which the model is sure of what follows on a new line
 * @property {string} start what the new line begins with
 * @property {string} comment the beginning of a comment, in which nothing is suggested
 * @property {string} use the use of a name, which stands once more or more often
 * @property {string} name that name
 * @property {string} newName
 * @property {{ line: number, column: number }} definition
 * @property {string} hover a part of what is told of the name
 * @property {readonly string[]} outline some of the first six names of the outline
 * @property {{ after: string, typed: string, entry: string, becomes: string }} list at a place, and one entry of it
 */

/** @type {readonly Case[]} */
export const CASES = [
  {
    file: "library.graphql",
    mistakeAfter: "type Member",
    lineAfter: "title: String!",
    start: "na",
    comment: "# ",
    use: "loans: [Loan",
    name: "Loan",
    newName: "Lending",
    definition: { line: 18, column: 6 },
    hover: "type Loan",
    outline: ["Query", "members", "Book"],
    list: { after: "book: Book!", typed: "\nholder: Me", entry: "Member", becomes: "holder: Member" },
  },
  {
    file: "network.tf",
    mistakeAfter: "local.name",
    lineAfter: "region = var.region",
    start: "t",
    comment: "# ",
    use: "region = var.region",
    name: "region",
    newName: "area",
    definition: { line: 1, column: 11 },
    hover: 'variable "region"',
    outline: ["region", "address_range"],
    list: {
      after: "region = var.region",
      typed: "\nrange = var.ad",
      entry: "address_range",
      becomes: "range = var.address_range",
    },
  },
  {
    file: "loans.sql",
    mistakeAfter: "title text NOT NULL",
    lineAfter: "due date NOT NULL,",
    start: "ti",
    comment: "-- ",
    use: "WHERE l",
    name: "l",
    newName: "lent",
    definition: { line: 15, column: 11 },
    hover: "l",
    outline: ["book", "loan"],
    list: { after: "SELECT b.title, l.due", typed: ", b.ti", entry: "title", becomes: "l.due, b.title" },
  },
  {
    file: "shelves.rq",
    mistakeAfter: "?book lib:title ?title",
    lineAfter: "?book lib:shelf ?shelf .",
    start: "?b",
    comment: "# ",
    use: "FILTER (?shelf",
    name: "?shelf",
    newName: "?place",
    definition: { line: 6, column: 20 },
    hover: "shelf",
    outline: ["lib:", "SELECT"],
    list: { after: "?book lib:shelf ?shelf .", typed: "\nOPT", entry: "OPTIONAL", becomes: "  OPTIONAL" },
  },
];

/** What makes the line whole that the first case begins. */
export const REST = "tion: ID!";

/** What begins a line below that one, where the model is sure of what follows. */
export const BELOW = "na";

/** The case of most tests that are not about languages. */
export const FIRST = /** @type {Case} */ (CASES[0]);

/** One in whose language a block is named by strings. */
export const LABELLED = /** @type {Case} */ (CASES[1]);

/**
 * The place in a text, from 1, where the first occurrence of another text ends.
 *
 * @param {string} text
 * @param {string} part
 */
export function endOf(text, part) {
  const at = text.indexOf(part);
  if (at < 0) {
    throw new Error(`there is no ${JSON.stringify(part)} in the text`);
  }
  const before = text.slice(0, at + part.length).split("\n");
  return { line: before.length, column: (before.at(-1) ?? "").length + 1 };
}
