// The language server in a worker: Pyodide runs it, and what it sends and gets are messages as over a WebSocket.
//
// Its first message from the page is where the page's files are. All of them are the page's own.

import { Llama } from "./llama";
import { tokenizer } from "./tokenizer";
import { vectors } from "./vectors";

interface Pyodide {
  readonly FS: { mkdirTree(path: string): void };
  registerJsModule(name: string, module: object): void;
  unpackArchive(archive: ArrayBuffer, format: string, options: { extractDir: string }): void;
  runPython(code: string): unknown;
  setInterruptBuffer(buffer: object): void;
}

interface Runtime {
  loadPyodide(options: { indexURL: string; env: Record<string, string> }): Promise<Pyodide>;
}

type Hear = (message: string) => void;

const CODE = `
import sys
sys.path.insert(0, "/holegram")
from holegram_page import tell
from lsp_server.playground.in_page import answer
answer(tell)
`;

const TICK = 100;
const SIGINT = 2;

/** What Python looks at now and then as it runs: a clock, since no other thread can write into it. */
function ticks(): object {
  let last = 0;
  return {
    get 0() {
      const now = performance.now();
      if (now - last < TICK) {
        return 0;
      }
      last = now;
      return SIGINT;
    },
    set 0(_: number) {
      // What was looked at is written back as nothing.
    },
  };
}

async function fetched(address: string): Promise<ArrayBuffer> {
  const answer = await fetch(address);
  if (!answer.ok) {
    throw new Error(`${address}: ${String(answer.status)}`);
  }
  return await answer.arrayBuffer();
}

/** A file that is wanted at once, since who asks for it cannot wait: Python has no threads here. */
function read(address: string): ArrayBuffer {
  const request = new XMLHttpRequest();
  request.open("GET", address, false);
  request.responseType = "arraybuffer";
  request.send();
  if (request.status !== 200) {
    throw new Error(`${address}: ${String(request.status)}`);
  }
  return request.response as ArrayBuffer;
}

async function begin(base: string): Promise<Hear> {
  const at = (name: string): string => new URL(name, base).href;
  const code = fetched(at("holegram.zip"));
  performance.mark("begun");
  const runtime = (await import(at("pyodide/pyodide.mjs"))) as Runtime;
  const python = await runtime.loadPyodide({ indexURL: at("pyodide/"), env: { HOME: "/home" } });
  performance.mark("runtime");
  python.unpackArchive(await code, "zip", { extractDir: "/holegram" });
  performance.mark("unpacked");
  python.registerJsModule("holegram_page", {
    tell: (message: string) => {
      self.postMessage(message);
    },
    open_model: (settings: string, described: string) => ({
      network: new Llama(JSON.parse(settings), read(at("model.safetensors"))),
      encode: tokenizer(JSON.parse(described)),
    }),
    vectors,
  });
  const heard = python.runPython(CODE) as Hear;
  python.setInterruptBuffer(ticks());
  performance.mark("imported");
  return heard;
}

const waiting: string[] = [];
let hear: Hear | null = null;

self.addEventListener("message", (event: MessageEvent<string>) => {
  const { data } = event;
  if (data === "?") {
    self.postMessage("?");
  } else if (hear !== null) {
    hear(data);
  } else if (data.startsWith("{")) {
    waiting.push(data);
  } else {
    begin(data).then(
      (heard) => {
        hear = heard;
        for (const message of waiting.splice(0)) {
          heard(message);
        }
      },
      (error: unknown) => {
        self.postMessage(`!${error instanceof Error ? error.message : String(error)}`);
      },
    );
  }
});
