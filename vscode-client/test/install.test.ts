import assert from "node:assert/strict";
import { chmod, mkdtemp, readdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { type Installation, adviceFor, install, stepOf, suits } from "../src/install";
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
  const { error, left } = await tried("echo 'ERROR: the disk is full'; echo '[notice] hints'; exit 1", ["3.12"]);
  assert.equal(error?.message, "ERROR: the disk is full");
  assert.deepEqual(left, []);
});

const NOT_THERE = "ERROR: No matching distribution found for holegram";

test("where the package is not on the index it is said what to set, and nothing is left behind", async () => {
  const { error, left } = await tried(`echo '${NOT_THERE}' >&2; exit 1`, ["3.12"]);
  assert.equal(
    error?.message,
    'There is no package "holegram" on your package index. To install it from a file, set holegram.server.source to the ' +
      "path of a wheel (holegram-….whl), then try again.",
  );
  assert.deepEqual(left, []);
});

test("each failure with a known remedy is told with it", () => {
  const retried = "  WARNING: Retrying (Retry(total=4)) after connection broken by 'NewConnectionError'";
  const cases: readonly (readonly [readonly string[], RegExp])[] = [
    [[retried, NOT_THERE], /^The package index cannot be reached\..*holegram\.server\.source/],
    [["ERROR: No matching distribution found for torch>=2.6"], /^The server needs "torch>=2\.6"/],
    [["ERROR: holegram is not a valid wheel filename."], /^The setting holegram\.server\.source names no file/],
    [["WARNING: Requirement 'holegram' looks like a filename, but the file does not exist"], /names no file/],
    [["ERROR: Invalid requirement: 'holegram'"], /names no file/],
    [["  ERROR: Failed building wheel for tree-sitter-graphql"], /^"tree-sitter-graphql" could not be built\..*C compiler/],
    [["successfully because ensurepip is not available.  On Debian/Ubuntu"], /install the package python3-venv/],
  ];
  for (const [said, expected] of cases) {
    assert.match(adviceFor("holegram", said) ?? "", expected);
  }
  assert.equal(adviceFor("holegram", ["ERROR: the disk is full"]), undefined);
});

test("without a Python that suits it is told which is needed and which was found", async () => {
  const { error } = await tried("exit 1", ["3.9", "3.15"]);
  assert.match(error?.message ?? "", /needs Python 3\.11 to 3\.14.*there is only: .*is 3\.9, .*is 3\.15/);
  assert.match((await tried("exit 1", [])).error?.message ?? "", /there is no Python/);
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

test("the server runs with Python 3.11 to 3.14", () => {
  const versions = ["2.7", "3.10", "3.11", "3.14\n", "3.15", "4.11", "none"];
  assert.deepEqual(versions.filter(suits), ["3.11", "3.14\n"]);
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
