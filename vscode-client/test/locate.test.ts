import assert from "node:assert/strict";
import { delimiter } from "node:path";
import { test } from "node:test";
import { type Location, type Surroundings, locate } from "../src/locate";

const around: Surroundings = {
  setting: "",
  interpreter: "/home/me/project/.conda/bin/python",
  folders: ["/home/me/project"],
  trusted: true,
  searched: ["/usr/bin", "/opt/bin"].join(delimiter),
  own: "/storage/server",
  home: "/home/me",
  windows: false,
};

/** Where the server is found if just these files can be run. */
function found(changes: Partial<Surroundings>, ...files: string[]): Location {
  return locate({ ...around, ...changes }, (file) => files.includes(file));
}

test("each place is asked in turn: the interpreter, the workspace, PATH, the environment of the extension", () => {
  const places = [
    ["/home/me/project/.conda/bin/holegram", "interpreter"],
    ["/home/me/project/.venv/bin/holegram", "workspace"],
    ["/usr/bin/holegram", "PATH"],
    ["/opt/bin/holegram", "PATH"],
    ["/storage/server/bin/holegram", "private"],
  ] as const;
  places.forEach(([command, origin], index) => {
    const there = places.slice(index).map(([file]) => file);
    assert.deepEqual(found({}, ...there), { command, origin });
  });
});

test("the setting goes before all others, and nothing else is taken where it is wrong", () => {
  const files = ["/usr/bin/holegram", "/home/me/bin/holegram"];
  assert.deepEqual(found({ setting: "~/bin/holegram" }, ...files), { command: "/home/me/bin/holegram", origin: "setting" });
  for (const [setting, reason] of [["/no/holegram", "names no program"], ["bin/holegram", "must be an absolute path"]] as const) {
    const location = found({ setting }, ...files);
    assert.ok("problem" in location && location.set && location.problem.includes(reason));
  }
});

test("nothing in a workspace is run unless it is trusted, whatever points there", () => {
  const inside = ["/home/me/project/.venv/bin/holegram", "/home/me/project/.conda/bin/holegram", "/home/me/project/bin/holegram"];
  const searched = ["/home/me/project/bin", "/opt/bin"].join(delimiter);
  const untrusted = { trusted: false, searched };
  assert.ok("problem" in found(untrusted, ...inside));
  assert.deepEqual(found(untrusted, ...inside, "/opt/bin/holegram"), { command: "/opt/bin/holegram", origin: "PATH" });
  assert.deepEqual(found({ searched, interpreter: undefined }, "/home/me/project/bin/holegram"), {
    command: "/home/me/project/bin/holegram",
    origin: "PATH",
  });
});

test("an interpreter outside the workspace is not taken either, since the workspace may have named it", () => {
  const elsewhere = { trusted: false, interpreter: "/elsewhere/evil/bin/python" };
  assert.ok("problem" in found(elsewhere, "/elsewhere/evil/bin/holegram"));
});

test("a place in PATH that is not absolute is never taken: it would lie wherever the editor happens to run", () => {
  assert.ok("problem" in found({ searched: [".", "", "bin"].join(delimiter) }, "holegram", "./holegram", "bin/holegram"));
});

test("a folder whose name begins with that of the workspace is another one", () => {
  const found_ = found({ trusted: false, searched: "/home/me/project-tools/bin" }, "/home/me/project-tools/bin/holegram");
  assert.ok(!("problem" in found_));
});
