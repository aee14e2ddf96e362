// Bundles the page into ../static: the same files for the same sources. With --check it only says whether they are.

import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { build } from "esbuild";

import { wat } from "./wat.mjs";

const checking = process.argv.includes("--check");
const built = "../static";
const out = checking ? mkdtempSync(join(tmpdir(), "playground-")) : built;
mkdirSync(out, { recursive: true });
for (const name of ["index.html", "icon.svg"]) {
  copyFileSync(`src/${name}`, `${out}/${name}`);
}
await build({
  entryPoints: { playground: "src/main.ts", worker: "src/worker/worker.ts" },
  outdir: out,
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: true,
  legalComments: "none",
  logLevel: "warning",
  plugins: [await wat()],
});
await build({
  entryPoints: ["src/playground.css"],
  outdir: out,
  minify: true,
  logLevel: "warning",
});
// Most of the page is one script, of which a package holds a third, packed.
const script = join(out, "playground.js");
writeFileSync(`${script}.gz`, gzipSync(readFileSync(script), { level: 9 }));
rmSync(script);
if (checking) {
  const names = [...new Set([...readdirSync(out), ...readdirSync(built)])];
  const read = (folder, name) => {
    try {
      const content = readFileSync(join(folder, name));
      return (name.endsWith(".gz") ? gunzipSync(content) : content).toString("utf-8");
    } catch {
      return null;
    }
  };
  const others = names.filter((name) => read(out, name) !== read(built, name));
  if (others.length > 0) {
    console.error(`${others.join(", ")} in ${built} would be others: npm run build`);
    process.exitCode = 1;
  }
}
