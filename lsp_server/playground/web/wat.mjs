// WebAssembly as text, in a bundle: its bytes.

// @ts-check

import { readFileSync } from "node:fs";

import wabt from "wabt";

/** @returns {Promise<import("esbuild").Plugin>} */
export async function wat() {
  const { parseWat } = await wabt();
  return {
    name: "wat",
    setup(bundling) {
      bundling.onLoad({ filter: /\.wat$/ }, ({ path }) => ({
        contents: parseWat(path, readFileSync(path, "utf-8"), { simd: true }).toBinary({}).buffer,
        loader: "binary",
      }));
    },
  };
}
