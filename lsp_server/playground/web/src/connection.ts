// The way to the language server: over a WebSocket, or in an export to a worker of the page, which is the server.
//
// What is sent before either is there goes first.

import type { Transport } from "@codemirror/lsp-client";

const SUBPROTOCOL = "holegram";

/** Whether this page is an export: no server is there, but a worker. */
export function isAlone(): boolean {
  return document.documentElement.dataset["alone"] !== undefined;
}

/** A worker is given up that says nothing for so long, unless the page's root says otherwise (`data-patience`). */
const PATIENCE = 90_000;
const LOOK = 1_000;

/**
 * The worker that is the server. It is made of a text, so that the page's own policy holds for it too.
 *
 * `lost` hears why there is none; `gone` that it was ended, since it did not answer any more or broke. It is watched
 * while the page has `started`: how long a start takes, nobody knows.
 */
export async function begin(
  lost: (why: string) => void,
  gone: (why: string) => void,
  started: () => boolean,
): Promise<Transport> {
  const base = new URL(".", location.href);
  base.hash = "";
  const code = await fetch(new URL("worker.js", base));
  const address = URL.createObjectURL(new Blob([await code.text()], { type: "text/javascript" }));
  const worker = new Worker(address, { type: "module" });
  const heard = new Set<(message: string) => void>();
  let asked = 0;
  const end = (why: string): void => {
    window.clearInterval(watch);
    worker.terminate();
    heard.clear();
    gone(why);
  };
  const watch = window.setInterval(() => {
    if (!started()) {
      asked = 0;
    } else if (asked === 0) {
      asked = Date.now();
      worker.postMessage("?");
    } else if (Date.now() - asked > Number(document.documentElement.dataset["patience"] ?? PATIENCE)) {
      end("did not answer any more");
    }
  }, LOOK);
  worker.addEventListener("message", ({ data }: MessageEvent<string>) => {
    if (data === "?") {
      asked = 0;
    } else if (data.startsWith("!")) {
      lost(`The language server could not be loaded: ${data.slice(1)}`);
    } else {
      for (const handler of heard) {
        handler(data);
      }
    }
  });
  worker.addEventListener("error", (event) => {
    if (started()) {
      end(`broke: ${event.message}`);
    } else {
      lost(`The language server could not be loaded: ${event.message}`);
    }
  });
  worker.postMessage(base.href);
  return {
    send(message) {
      worker.postMessage(message);
    },
    subscribe(handler) {
      heard.add(handler);
    },
    unsubscribe(handler) {
      heard.delete(handler);
    },
  };
}

export function connect(token: string, lost: (why: string) => void): Transport {
  const address = new URL(".", location.href);
  address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
  address.hash = "";
  const socket = new WebSocket(address, [SUBPROTOCOL, `${SUBPROTOCOL}.token.${token}`]);
  const waiting: string[] = [];
  const heard = new Map<(message: string) => void, (event: MessageEvent<string>) => void>();
  let opened = false;
  socket.addEventListener("open", () => {
    opened = true;
    for (const message of waiting.splice(0)) {
      socket.send(message);
    }
  });
  socket.addEventListener("close", () => {
    lost(
      opened
        ? "The server is gone. Start holegram playground again, and open the address that it prints."
        : "The server does not know this page. Open the address that holegram playground printed.",
    );
  });
  return {
    send(message) {
      if (socket.readyState === WebSocket.CONNECTING) {
        waiting.push(message);
      } else if (socket.readyState === WebSocket.OPEN) {
        socket.send(message);
      }
    },
    subscribe(handler) {
      const listener = (event: MessageEvent<string>): void => {
        handler(event.data);
      };
      heard.set(handler, listener);
      socket.addEventListener("message", listener);
    },
    unsubscribe(handler) {
      const listener = heard.get(handler);
      if (listener !== undefined) {
        socket.removeEventListener("message", listener);
        heard.delete(handler);
      }
    },
  };
}
