/** Runs a program to its end, line by line. Knows no editor. */

import { spawn } from "node:child_process";

export interface Run {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly line?: (text: string) => void;
  readonly signal?: AbortSignal;
}

/** What a program wrote to its standard output; fails with what it said of the reason if it did not end well. */
export async function output(run: Run): Promise<string> {
  return new Promise((resolve, reject) => {
    const lines: string[] = [];
    const written: string[] = [];
    const child = spawn(run.command, run.args, {
      cwd: run.cwd,
      stdio: ["ignore", "pipe", "pipe"],
      ...(run.signal === undefined ? {} : { signal: run.signal }),
    });
    child.stdout.on("data", (data: Buffer) => {
      written.push(data.toString("utf8"));
    });
    for (const stream of [child.stdout, child.stderr]) {
      let rest = "";
      stream.setEncoding("utf8").on("data", (data: string) => {
        const parts = (rest + data).split(/\r\n|\r|\n/);
        rest = parts.pop() ?? "";
        for (const part of parts) {
          lines.push(part);
          run.line?.(part);
        }
      });
      stream.on("end", () => {
        if (rest !== "") {
          lines.push(rest);
          run.line?.(rest);
        }
      });
    }
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) {
        resolve(written.join(""));
      } else {
        reject(new Error(toldBy(lines) ?? `${run.command} ended with ${code ?? "a signal"}`));
      }
    });
  });
}

/** The line of an output that tells most of what went wrong. */
export function toldBy(lines: readonly string[]): string | undefined {
  const told = lines.map((line) => line.trim()).filter((line) => line !== "");
  return told.findLast((line) => /^error\b/i.test(line)) ?? told.at(-1);
}
