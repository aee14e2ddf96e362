/** Which documents the server is told of: those in the languages that this extension brings. */

import type { DocumentFilter } from "vscode-languageclient/node";
import manifest from "../package.json";

/** Files, documents without one, and files of a virtual file system; not the old side of a comparison. */
const SCHEMES = ["file", "untitled", "vscode-vfs"];

export function documentSelector(): DocumentFilter[] {
  return manifest.contributes.languages.flatMap(({ id }) => SCHEMES.map((scheme) => ({ scheme, language: id })));
}
