/** Which documents the server is told of. Knows no editor. */

import aliases from "../languages/aliases.json";
import manifest from "../package.json";

/** Files, documents without one, and files of a virtual file system; not the old side of a comparison. */
const SCHEMES = ["file", "untitled", "vscode-vfs"];

/** The languages that this extension brings. */
export const LANGUAGES: readonly string[] = manifest.contributes.languages.map(({ id }) => id);

/** What other extensions call them: a file keeps the language that one of these gave it. */
export const FOLLOWED: readonly string[] = [...LANGUAGES, ...aliases];

/** An entry of what `holegram languages --json` prints. */
export interface Known {
  readonly id: string;
  readonly extensions: readonly string[];
  readonly filenames: readonly string[];
}

export interface Filter {
  readonly scheme: string;
  readonly language?: string;
  readonly pattern?: string;
}

/** What the manifest of an extension says that is asked for here. */
export interface Manifest {
  readonly extensionDependencies?: readonly string[];
  readonly contributes?: { readonly languages?: readonly { readonly id: string }[] };
}

/** The languages of the extensions that depend on this one: `holegram new --vscode` makes such. */
export function dependentLanguages(installed: readonly Manifest[]): string[] {
  const ours = `${manifest.publisher}.${manifest.name}`;
  return installed
    .filter(({ extensionDependencies = [] }) => extensionDependencies.includes(ours))
    .flatMap(({ contributes }) => (contributes?.languages ?? []).map(({ id }) => id));
}

/**
 * The languages that this extension brings, and those that depend on it; and by their names the files of others that the
 * server knows.
 */
export function documentSelector(known: readonly Known[], dependent: readonly string[] = []): Filter[] {
  const own = [...FOLLOWED, ...dependent].map((language) => ({ language }));
  const others = known
    .filter(({ id }) => !LANGUAGES.includes(id) && !dependent.includes(id))
    .flatMap(({ extensions, filenames }) => [...extensions.map((extension) => `*${extension}`), ...filenames])
    .map((name) => ({ pattern: `**/${name}` }));
  return SCHEMES.flatMap((scheme) => [...own, ...others].map((filter) => ({ scheme, ...filter })));
}
