// The way to the language server: messages over a WebSocket, those first that were sent before it was open.

import type { Transport } from "@codemirror/lsp-client";

const SUBPROTOCOL = "holegram";

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
