// A grammar and a program in the fragment of an address: compressed there, and never sent to anybody.

export interface Shared {
  readonly name: string;
  readonly grammar: string;
  readonly program: string;
  readonly example: string;
}

const KEY = "share";
const LONGEST = 4_000_000;

async function through(bytes: Uint8Array<ArrayBuffer>, way: CompressionStream | DecompressionStream): Promise<Uint8Array> {
  const reader = new Blob([bytes]).stream().pipeThrough(way as ReadableWritablePair<Uint8Array, BufferSource>).getReader();
  const parts: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) {
      break;
    }
    size += value.length;
    if (size > LONGEST) {
      await reader.cancel();
      throw new Error("too long");
    }
    parts.push(value);
  }
  const whole = new Uint8Array(size);
  let place = 0;
  for (const part of parts) {
    whole.set(part, place);
    place += part.length;
  }
  return whole;
}

export async function linkOf(shared: Shared): Promise<string> {
  const packed = await through(new TextEncoder().encode(JSON.stringify(shared)), new CompressionStream("deflate-raw"));
  let binary = "";
  for (const byte of packed) {
    binary += String.fromCharCode(byte);
  }
  const text = btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  const address = new URL(location.href);
  address.search = "";
  address.hash = `${KEY}=${text}`;
  return address.href;
}

/** What an address shares; null if it shares nothing that can be read. */
export async function sharedIn(fragment: string): Promise<Shared | null> {
  const text = new URLSearchParams(fragment.replace(/^#/u, "")).get(KEY);
  if (text === null) {
    return null;
  }
  try {
    const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
    const plain = await through(bytes, new DecompressionStream("deflate-raw"));
    const found: unknown = JSON.parse(new TextDecoder().decode(plain));
    if (typeof found !== "object" || found === null) {
      return null;
    }
    const part = (name: string): string => {
      const value: unknown = Reflect.get(found, name);
      return typeof value === "string" ? value : "";
    };
    return { name: part("name"), grammar: part("grammar"), program: part("program"), example: part("example") };
  } catch {
    return null;
  }
}
