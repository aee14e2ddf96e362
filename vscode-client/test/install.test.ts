import assert from "node:assert/strict";
import { chmod, mkdtemp, readdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { type Installation, install, stepOf, suits } from "../src/install";
import { toldBy } from "../src/processes";

/** A stand-in for Python that says a version, makes an environment of itself, and lets pip say what it is told to. */
async function pythonLike(folder: string, version: string, pip: string): Promise<string> {
  const file = join(folder, `python-${version}`);
  await writeFile(
    file,
    `#!/bin/sh
case "$*" in
  *version_info*) echo ${version} ;;
  *venv*) for last; do :; done; mkdir -p "$last/bin"; cp "$0" "$last/bin/python" ;;
  *pip*) ${pip} ;;
esac
`,
  );
  await chmod(file, 0o755);
  return file;
}

interface Tried {
  readonly steps: string[];
  readonly error: Error | undefined;
  readonly left: string[];
}

async function tried(pip: string, versions: readonly string[], changes: Partial<Installation> = {}): Promise<Tried> {
  const home = await mkdtemp(join(tmpdir(), "holegram-install-"));
  const steps: string[] = [];
  const pythons = await Promise.all(versions.map((version) => pythonLike(home, version, pip)));
  const error = await install({
    environment: join(home, "server"),
    home,
    source: "holegram",
    pythons: ["/no/python", ...pythons],
    windows: false,
    signal: new AbortController().signal,
    step: (message) => steps.push(message),
    log: () => undefined,
    ...changes,
  }).then(
    () => undefined,
    (reason: unknown) => reason as Error,
  );
  return { steps, error, left: (await readdir(home)).filter((name) => name === "server") };
}

test("the first Python that suits makes the environment, and each step is told", async () => {
  const { steps, error, left } = await tried("echo Collecting torch", ["3.9", "3.12"]);
  assert.equal(error, undefined);
  assert.deepEqual(steps, ["looking for Python", "making an environment", "installing holegram", "looking at torch"]);
  assert.deepEqual(left, ["server"]);
});

test("an installation that fails leaves nothing behind and says why in the words of pip", async () => {
  const { error, left } = await tried("echo 'ERROR: No matching distribution'; echo '[notice] hints'; exit 1", ["3.12"]);
  assert.equal(error?.message, "ERROR: No matching distribution");
  assert.deepEqual(left, []);
});

test("without a Python that suits it is told which is needed and which was found", async () => {
  const { error } = await tried("exit 1", ["3.9", "3.14"]);
  assert.match(error?.message ?? "", /Python 3\.11 to 3\.13.*needed; .*is 3\.9, .*is 3\.14/);
  assert.match((await tried("exit 1", [])).error?.message ?? "", /none was found/);
});

test("an installation that is cancelled ends at once and leaves nothing behind", async () => {
  const cancelled = new AbortController();
  const { error, left } = await tried("exec sleep 60", ["3.12"], {
    signal: cancelled.signal,
    step: (message) => {
      if (message === "installing holegram") {
        setTimeout(() => {
          cancelled.abort();
        }, 50);
      }
    },
  });
  assert.equal(error?.name, "AbortError");
  assert.deepEqual(left, []);
});

test("the server runs with Python 3.11 to 3.13", () => {
  const versions = ["2.7", "3.10", "3.11", "3.13\n", "3.14", "4.11", "none"];
  assert.deepEqual(versions.filter(suits), ["3.11", "3.13\n"]);
});

test("what pip says becomes a step where it is news", () => {
  assert.equal(stepOf("Collecting torch>=2.6 (from holegram)"), "looking at torch");
  assert.equal(stepOf("  Downloading torch-2.13.0-cp311-linux.whl.metadata (26 kB)"), "downloading torch (26 kB)");
  assert.equal(stepOf("Downloading https://host/a/numpy-2.whl (16.8 MB)"), "downloading numpy (16.8 MB)");
  assert.equal(stepOf("Installing collected packages: torch, holegram"), "unpacking what was downloaded");
  assert.equal(stepOf("Requirement already satisfied: pip"), undefined);
});

test("of what a program said the error tells most, else the last line", () => {
  assert.equal(toldBy(["ERROR: first", "error: second", "hint"]), "error: second");
  assert.equal(toldBy(["one", "two", ""]), "two");
  assert.equal(toldBy([]), undefined);
});
