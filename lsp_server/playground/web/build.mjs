// Bundles the page into a folder, by default ../static: the same files for the same sources.

import { copyFileSync, mkdirSync } from "node:fs";
import { build } from "esbuild";

const out = process.argv[2] ?? "../static";
mkdirSync(out, { recursive: true });
for (const name of ["index.html", "icon.svg"]) {
  copyFileSync(`src/${name}`, `${out}/${name}`);
}
await build({
  entryPoints: { playground: "src/main.ts" },
  outdir: out,
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: true,
  legalComments: "none",
  logLevel: "warning",
});
await build({
  entryPoints: ["src/playground.css"],
  outdir: out,
  minify: true,
  logLevel: "warning",
});
