// Bundles the extension into out/extension.js; with --tests each file of test/ into out/test/, for node's own runner.

import { copyFileSync, readdirSync } from "node:fs";
import { build } from "esbuild";

const tests = process.argv.includes("--tests");
const minify = process.argv.includes("--minify");

if (minify) {
  for (const name of ["LICENSE", "CHANGELOG.md"]) {
    copyFileSync(`../${name}`, name);
  }
}

await build({
  entryPoints: tests
    ? readdirSync("test").filter((name) => name.endsWith(".test.ts")).map((name) => `test/${name}`)
    : ["src/extension.ts"],
  outdir: tests ? "out/test" : "out",
  bundle: true,
  platform: "node",
  format: "cjs",
  target: "node20",
  external: ["vscode"],
  minify,
  sourcemap: tests ? "inline" : false,
  logLevel: "warning",
});
