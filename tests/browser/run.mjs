// Runs tests of the core under Pyodide: `node run.mjs WHEELS [TEST...]`, those of TESTS if none is named.
//
// The checkout is mounted as it is. There is no numpy here, so models and the decode loop are left out.

import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { loadPyodide } from "pyodide";

const ROOT = resolve(import.meta.dirname, "../..");
const TESTS = [
  "tests/text/test_deleted.py",
  "tests/lalr/test_notation.py",
  "tests/constraint/test_derivative.py",
  "tests/constraint/test_forced.py",
];

const [wheels, ...named] = process.argv.slice(2);
if (wheels === undefined) {
  console.error("usage: node run.mjs WHEELS [TEST...]");
  process.exit(2);
}
const python = await loadPyodide({
  env: { HOME: "/home", XDG_CACHE_HOME: "/cache", WANTED: (named.length > 0 ? named : TESTS).join(" ") },
  stderr: (line) => console.error(line),
});
python.setStdout({ write: (bytes) => (process.stdout.write(bytes), bytes.length) });
for (const name of readdirSync(wheels)) {
  python.unpackArchive(new Uint8Array(readFileSync(join(wheels, name))), "wheel", { extractDir: "/wheels" });
}
python.FS.mkdirTree("/wheels/holegram-0.dist-info");
python.FS.writeFile("/wheels/holegram-0.dist-info/METADATA", "Metadata-Version: 2.1\nName: holegram\nVersion: 0\n");
python.FS.mkdirTree("/repository");
python.FS.mount(python.FS.filesystems.NODEFS, { root: ROOT }, "/repository");
process.exitCode = python.runPython(`
import os, sys
sys.path[:0] = ["/repository", "/wheels"]
os.chdir("/repository")
import pytest
options = ["-q", "-c", "/dev/null", "--rootdir=/repository", "-p", "no:cacheprovider", "-W", "ignore"]
int(pytest.main([*options, *os.environ["WANTED"].split()]))
`);
