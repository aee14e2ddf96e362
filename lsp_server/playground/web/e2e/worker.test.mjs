// The page's own network and tokenizer say what the product's do.

// @ts-check

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { test } from "node:test";

import { build } from "esbuild";

import { wat } from "../wat.mjs";
import { python, ROOT } from "./scene.mjs";

const WEB = join(import.meta.dirname, "..");
const TEXTS = ["gallery/home-rules.txt", "gallery/tournament.lark"].map((name) =>
  readFileSync(join(WEB, "..", name), "utf-8"),
);
const HARD = "naïve  \t\r\n\r\n  „x“ ===>> 12.5e3 日本 👩‍🚀 \u0000_a";
const ASKED = `
import json, sys
from lsp_server.models import load_model
from lsp_server.models.loading import BUNDLED
texts = json.load(sys.stdin)
model = load_model()
found = [model.vocabulary.encode(text) for text in texts]
rows = model.next_logits(found[0][:200], 3)
print(json.dumps([str(BUNDLED), found, [[float(row[token]) for token in range(0, len(row), 7)] for row in rows]]))
`;

test("the page's network and tokenizer say what torch and tokenizers do", async () => {
  const asked = spawnSync(python, ["-c", ASKED], { input: JSON.stringify([...TEXTS, HARD]), encoding: "utf-8", cwd: ROOT });
  assert.equal(asked.status, 0, asked.stderr);
  /** @type {[string, number[][], number[][]]} */
  const [folder, ids, rows] = JSON.parse(asked.stdout);
  const built = mkdtempSync(join(tmpdir(), "playground-"));
  await build({
    stdin: { contents: 'export * from "./llama"; export * from "./tokenizer";', resolveDir: join(WEB, "src/worker") },
    outfile: join(built, "worker.mjs"),
    bundle: true,
    format: "esm",
    target: "es2022",
    plugins: [await wat()],
  });
  const { Llama, tokenizer } = await import(pathToFileURL(join(built, "worker.mjs")).href);
  rmSync(built, { recursive: true });
  const json = (/** @type {string} */ name) => JSON.parse(readFileSync(join(folder, name), "utf-8"));
  assert.deepEqual([...TEXTS, HARD].map(tokenizer(json("tokenizer.json"))), ids);
  const weights = readFileSync(join(folder, "model.safetensors"));
  const network = new Llama(json("config.json"), Uint8Array.from(weights).buffer);
  network.extend(ids[0]?.slice(0, 190), 1);
  network.extend(ids[1]?.slice(0, 20), 1);
  assert.equal(network.truncate(150), 150);
  const found = network.extend(ids[0]?.slice(150, 200), 3);
  for (const [number, row] of rows.entries()) {
    for (const [place, value] of row.entries()) {
      assert.ok(Math.abs(found[number][place * 7] - value) < 0.25, `${String(value)} and ${String(found[number][place * 7])}`);
    }
  }
});
