// The bundled network (Llama, Touvron et al. 2023) with its cache, as `models/llama.py` computes it in torch.
//
// Numbers are 32 bits wide; products add up in 64.

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

interface Layer {
  readonly norm: Float32Array;
  readonly innerNorm: Float32Array;
  readonly queries: Float32Array;
  readonly keys: Float32Array;
  readonly values: Float32Array;
  readonly output: Float32Array;
  readonly gate: Float32Array;
  readonly up: Float32Array;
  readonly down: Float32Array;
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

/** Rows times vectors, of which there are so many: each of `given` has `wide` numbers, and each of the result `tall`. */
function product(rows: Float32Array, given: Float32Array, count: number, tall: number, wide: number): Float32Array {
  const found = new Float32Array(count * tall);
  for (let row = 0; row < tall; row += 2) {
    const first = row * wide;
    const second = first + wide;
    let one = 0;
    for (; one + 1 < count; one += 2) {
      const here = one * wide;
      const there = here + wide;
      let a = 0;
      let b = 0;
      let c = 0;
      let d = 0;
      for (let place = 0; place < wide; place += 1) {
        const upper = rows[first + place] as number;
        const lower = rows[second + place] as number;
        const left = given[here + place] as number;
        const right = given[there + place] as number;
        a += upper * left;
        b += lower * left;
        c += upper * right;
        d += lower * right;
      }
      found[one * tall + row] = a;
      found[one * tall + row + 1] = b;
      found[(one + 1) * tall + row] = c;
      found[(one + 1) * tall + row + 1] = d;
    }
    if (one < count) {
      const here = one * wide;
      let a = 0;
      let b = 0;
      let c = 0;
      let d = 0;
      for (let place = 0; place < wide; place += 2) {
        const left = given[here + place] as number;
        const right = given[here + place + 1] as number;
        a += (rows[first + place] as number) * left;
        b += (rows[second + place] as number) * left;
        c += (rows[first + place + 1] as number) * right;
        d += (rows[second + place + 1] as number) * right;
      }
      found[one * tall + row] = a + c;
      found[one * tall + row + 1] = b + d;
    }
  }
  return found;
}

export class Llama {
  readonly size: number;
  private readonly hidden: number;
  private readonly inner: number;
  private readonly heads: number;
  private readonly wide: number;
  private readonly epsilon: number;
  private readonly theta: number;
  private readonly embedding: Float32Array;
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
    this.inner = settings.intermediate_size;
    this.heads = settings.num_attention_heads;
    this.wide = this.hidden / this.heads;
    this.epsilon = settings.rms_norm_eps;
    this.theta = settings.rope_parameters.rope_theta;
    const read = tensors(weights);
    this.embedding = read("model.embed_tokens.weight");
    this.norm = read("model.norm.weight");
    this.layers = Array.from({ length: settings.num_hidden_layers }, (_, number) => {
      const part = (name: string): Float32Array => read(`model.layers.${String(number)}.${name}.weight`);
      return {
        norm: part("input_layernorm"),
        innerNorm: part("post_attention_layernorm"),
        queries: part("self_attn.q_proj"),
        keys: part("self_attn.k_proj"),
        values: part("self_attn.v_proj"),
        output: part("self_attn.o_proj"),
        gate: part("mlp.gate_proj"),
        up: part("mlp.up_proj"),
        down: part("mlp.down_proj"),
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
    const { hidden, inner } = this;
    while (this.length + many > this.capacity) {
      this.grow();
    }
    const states = new Float32Array(many * hidden);
    for (let one = 0; one < many; one += 1) {
      const token = tokens[one] as number;
      states.set(this.embedding.subarray(token * hidden, (token + 1) * hidden), one * hidden);
    }
    for (const layer of this.layers) {
      let seen = this.normed(states, layer.norm, many);
      const queries = this.turned(product(layer.queries, seen, many, hidden, hidden), many);
      const keys = this.turned(product(layer.keys, seen, many, hidden, hidden), many);
      layer.cachedKeys.set(keys, this.length * hidden);
      layer.cachedValues.set(product(layer.values, seen, many, hidden, hidden), this.length * hidden);
      add(states, product(layer.output, this.attended(layer, queries, many), many, hidden, hidden));
      seen = this.normed(states, layer.innerNorm, many);
      const gate = product(layer.gate, seen, many, inner, hidden);
      const up = product(layer.up, seen, many, inner, hidden);
      for (let place = 0; place < gate.length; place += 1) {
        const open = gate[place] as number;
        gate[place] = (open / (1 + Math.exp(-open))) * (up[place] as number);
      }
      add(states, product(layer.down, gate, many, hidden, inner));
    }
    this.length += many;
    const last = this.normed(states.subarray((many - count) * hidden), this.norm, count);
    const logits = product(this.embedding, last, count, this.size, hidden);
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
