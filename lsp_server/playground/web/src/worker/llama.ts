// The bundled network (Llama, Touvron et al. 2023) with its cache, as `models/llama.py` computes it in torch.
//
// Numbers are 32 bits wide.

import code from "./product.wat";

const PAGE = 65_536;

/** Bytes for what matrices are multiplied with at a time. */
const SCRATCH = 1 << 22;

interface Settings {
  readonly hidden_size: number;
  readonly intermediate_size: number;
  readonly num_attention_heads: number;
  readonly num_key_value_heads: number;
  readonly num_hidden_layers: number;
  readonly rms_norm_eps: number;
  readonly vocab_size: number;
  readonly rope_parameters: { readonly rope_theta: number };
}

interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

interface Matrix {
  readonly at: number;
  readonly tall: number;
  readonly wide: number;
  readonly numbers: Float32Array;
}

interface Layer {
  readonly norm: Float32Array;
  readonly innerNorm: Float32Array;
  readonly queries: Matrix;
  readonly keys: Matrix;
  readonly values: Matrix;
  readonly output: Matrix;
  readonly gate: Matrix;
  readonly up: Matrix;
  readonly down: Matrix;
  cachedKeys: Float32Array;
  cachedValues: Float32Array;
}

/** The tensors of a safetensors file, widened to 32 bits. */
function tensors(file: ArrayBuffer): (name: string) => Float32Array {
  const length = Number(new DataView(file).getBigUint64(0, true));
  const entries = JSON.parse(new TextDecoder().decode(new Uint8Array(file, 8, length))) as Record<string, Entry>;
  return (name) => {
    const entry = entries[name];
    if (entry === undefined || entry.dtype !== "BF16") {
      throw new Error(`no ${name} in the weights`);
    }
    const [start, end] = entry.data_offsets;
    const halves = new Uint16Array(file.slice(8 + length + start, 8 + length + end));
    const wide = new Uint32Array(halves.length);
    for (let place = 0; place < halves.length; place += 1) {
      wide[place] = (halves[place] as number) << 16;
    }
    return new Float32Array(wide.buffer);
  };
}

/** Matrices that stay, in the memory of `product.wat`, and a stretch of it for what they are multiplied with. */
class Products {
  private readonly memory: WebAssembly.Memory;
  private readonly product: (rows: number, given: number, found: number, count: number, tall: number, wide: number) => void;
  private used = SCRATCH;

  constructor(bytes: number) {
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(code as Uint8Array<ArrayBuffer>));
    this.memory = exports["memory"] as WebAssembly.Memory;
    this.product = exports["product"] as typeof this.product;
    this.memory.grow(Math.ceil((SCRATCH + bytes) / PAGE));
  }

  keep(numbers: Float32Array, wide: number): Matrix {
    const tall = numbers.length / wide;
    if (tall % 4 !== 0 || wide % 4 !== 0) {
      throw new Error("the network is of a shape that this page cannot compute");
    }
    const kept = { at: this.used, tall, wide, numbers: new Float32Array(this.memory.buffer, this.used, numbers.length) };
    kept.numbers.set(numbers);
    this.used += numbers.byteLength;
    return kept;
  }

  /** A matrix times so many vectors, one after the other. */
  times({ at, tall, wide }: Matrix, given: Float32Array, count: number): Float32Array {
    const found = new Float32Array(count * tall);
    const most = Math.floor(SCRATCH / 4 / (tall + wide));
    for (let first = 0; first < count; first += most) {
      const many = Math.min(most, count - first);
      const behind = 4 * many * wide;
      new Float32Array(this.memory.buffer, 0, many * wide).set(given.subarray(first * wide, (first + many) * wide));
      this.product(at, 0, behind, many, tall, wide);
      found.set(new Float32Array(this.memory.buffer, behind, many * tall), first * tall);
    }
    return found;
  }
}

export class Llama {
  readonly size: number;
  private readonly hidden: number;
  private readonly heads: number;
  private readonly wide: number;
  private readonly epsilon: number;
  private readonly theta: number;
  private readonly products: Products;
  private readonly embedding: Matrix;
  private readonly norm: Float32Array;
  private readonly layers: readonly Layer[];
  private capacity = 512;
  private length = 0;

  constructor(settings: Settings, weights: ArrayBuffer) {
    if (settings.num_key_value_heads !== settings.num_attention_heads) {
      throw new Error("the network shares keys among its heads, which this page cannot compute");
    }
    this.size = settings.vocab_size;
    this.hidden = settings.hidden_size;
    this.heads = settings.num_attention_heads;
    this.wide = this.hidden / this.heads;
    this.epsilon = settings.rms_norm_eps;
    this.theta = settings.rope_parameters.rope_theta;
    const read = tensors(weights);
    this.products = new Products(2 * weights.byteLength);
    this.embedding = this.products.keep(read("model.embed_tokens.weight"), this.hidden);
    this.norm = read("model.norm.weight");
    this.layers = Array.from({ length: settings.num_hidden_layers }, (_, number) => {
      const part = (name: string): Float32Array => read(`model.layers.${String(number)}.${name}.weight`);
      const matrix = (name: string, wide = this.hidden): Matrix => this.products.keep(part(name), wide);
      return {
        norm: part("input_layernorm"),
        innerNorm: part("post_attention_layernorm"),
        queries: matrix("self_attn.q_proj"),
        keys: matrix("self_attn.k_proj"),
        values: matrix("self_attn.v_proj"),
        output: matrix("self_attn.o_proj"),
        gate: matrix("mlp.gate_proj"),
        up: matrix("mlp.up_proj"),
        down: matrix("mlp.down_proj", settings.intermediate_size),
        cachedKeys: new Float32Array(this.capacity * this.hidden),
        cachedValues: new Float32Array(this.capacity * this.hidden),
      };
    });
  }

  /** Forget all but the first so many tokens; how many are kept. */
  truncate(length: number): number {
    this.length = Math.min(this.length, length);
    return this.length;
  }

  /** The logits after each of the last `count` of some tokens, which come after those that are cached. */
  extend(tokens: ArrayLike<number>, count: number): Float32Array[] {
    const many = tokens.length;
    const { hidden, products } = this;
    while (this.length + many > this.capacity) {
      this.grow();
    }
    const states = new Float32Array(many * hidden);
    for (let one = 0; one < many; one += 1) {
      const token = tokens[one] as number;
      states.set(this.embedding.numbers.subarray(token * hidden, (token + 1) * hidden), one * hidden);
    }
    for (const layer of this.layers) {
      let seen = this.normed(states, layer.norm, many);
      const queries = this.turned(products.times(layer.queries, seen, many), many);
      const keys = this.turned(products.times(layer.keys, seen, many), many);
      layer.cachedKeys.set(keys, this.length * hidden);
      layer.cachedValues.set(products.times(layer.values, seen, many), this.length * hidden);
      add(states, products.times(layer.output, this.attended(layer, queries, many), many));
      seen = this.normed(states, layer.innerNorm, many);
      const gate = products.times(layer.gate, seen, many);
      const up = products.times(layer.up, seen, many);
      for (let place = 0; place < gate.length; place += 1) {
        const open = gate[place] as number;
        gate[place] = (open / (1 + Math.exp(-open))) * (up[place] as number);
      }
      add(states, products.times(layer.down, gate, many));
    }
    this.length += many;
    const last = this.normed(states.subarray((many - count) * hidden), this.norm, count);
    const logits = products.times(this.embedding, last, count);
    return Array.from({ length: count }, (_, one) => logits.slice(one * this.size, (one + 1) * this.size));
  }

  private grow(): void {
    this.capacity += 256;
    for (const layer of this.layers) {
      for (const part of ["cachedKeys", "cachedValues"] as const) {
        const wider = new Float32Array(this.capacity * this.hidden);
        wider.set(layer[part]);
        layer[part] = wider;
      }
    }
  }

  private normed(states: Float32Array, weights: Float32Array, many: number): Float32Array {
    const { hidden } = this;
    const found = new Float32Array(many * hidden);
    for (let start = 0; start < found.length; start += hidden) {
      let sum = 0;
      for (let place = 0; place < hidden; place += 1) {
        sum += (states[start + place] as number) ** 2;
      }
      const scale = 1 / Math.sqrt(sum / hidden + this.epsilon);
      for (let place = 0; place < hidden; place += 1) {
        found[start + place] = (states[start + place] as number) * scale * (weights[place] as number);
      }
    }
    return found;
  }

  /** Rotated by position (Su et al. 2021), the halves of each head against each other. */
  private turned(states: Float32Array, many: number): Float32Array {
    const half = this.wide / 2;
    for (let one = 0; one < many; one += 1) {
      for (let place = 0; place < half; place += 1) {
        const angle = (this.length + one) * this.theta ** ((-2 * place) / this.wide);
        const cosine = Math.cos(angle);
        const sine = Math.sin(angle);
        for (let head = 0; head < this.heads; head += 1) {
          const at = one * this.hidden + head * this.wide + place;
          const [first, second] = [states[at] as number, states[at + half] as number];
          states[at] = first * cosine - second * sine;
          states[at + half] = second * cosine + first * sine;
        }
      }
    }
    return states;
  }

  private attended(layer: Layer, queries: Float32Array, many: number): Float32Array {
    const { hidden, wide } = this;
    const { cachedKeys: keys, cachedValues: values } = layer;
    const found = new Float32Array(many * hidden);
    const scale = 1 / Math.sqrt(wide);
    const weights = new Float32Array(this.length + many);
    for (let one = 0; one < many; one += 1) {
      const end = this.length + one + 1;
      for (let head = 0; head < hidden; head += wide) {
        const query = one * hidden + head;
        let peak = -Infinity;
        for (let other = 0; other < end; other += 1) {
          const key = other * hidden + head;
          let sum = 0;
          for (let place = 0; place < wide; place += 1) {
            sum += (queries[query + place] as number) * (keys[key + place] as number);
          }
          weights[other] = sum * scale;
          peak = Math.max(peak, sum * scale);
        }
        let total = 0;
        for (let other = 0; other < end; other += 1) {
          const weight = Math.exp((weights[other] as number) - peak);
          weights[other] = weight;
          total += weight;
        }
        for (let other = 0; other < end; other += 1) {
          const share = (weights[other] as number) / total;
          const value = other * hidden + head;
          for (let place = 0; place < wide; place += 1) {
            found[query + place] = (found[query + place] as number) + share * (values[value + place] as number);
          }
        }
      }
    }
    return found;
  }
}

function add(states: Float32Array, more: Float32Array): void {
  for (let place = 0; place < states.length; place += 1) {
    states[place] = (states[place] as number) + (more[place] as number);
  }
}
