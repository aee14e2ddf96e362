// What `playground/vectors.py` has done for it: loops over the numbers of a vector.

type Vector = Float32Array | Float64Array | Int32Array | Uint32Array | Uint8Array;

const KINDS = { float32: Float32Array, float64: Float64Array, int64: Int32Array, uint32: Uint32Array, uint8: Uint8Array, bool: Uint8Array };

type Kind = keyof typeof KINDS;

const CALCULATIONS: Readonly<Record<string, (left: number, right: number) => number>> = {
  add: (left, right) => left + right,
  subtract: (left, right) => left - right,
  multiply: (left, right) => left * right,
  divide: (left, right) => left / right,
  floor: (left, right) => Math.floor(left / right),
  rest: (left, right) => left % right,
  and: (left, right) => left & right,
  greater: (left, right) => Number(left > right),
  exp: (left) => Math.exp(left),
  not: (left) => Number(!left),
};

function make(kind: Kind, values: ArrayLike<number> | number): Vector {
  return new KINDS[kind](values as number);
}

export const vectors = {
  make,

  get(vector: Vector, place: number): number {
    return vector.at(place) as number;
  },

  put(vector: Vector, places: ArrayLike<number>, values: Vector | number): void {
    for (let number = 0; number < places.length; number += 1) {
      vector[places[number] as number] = typeof values === "number" ? values : (values[number] as number);
    }
  },

  filled(kind: Kind, size: number, value: number): Vector {
    return make(kind, size).fill(value);
  },

  calculated(name: string, kind: Kind, left: Vector, right: Vector | number): Vector {
    const calculate = CALCULATIONS[name] as (left: number, right: number) => number;
    const found = make(kind, left.length);
    if (typeof right === "number") {
      for (let place = 0; place < found.length; place += 1) {
        found[place] = calculate(left[place] as number, right);
      }
    } else {
      for (let place = 0; place < found.length; place += 1) {
        found[place] = calculate(left[place] as number, right[place] as number);
      }
    }
    return found;
  },

  sum(vector: Vector): number {
    let sum = 0;
    for (const value of vector) {
      sum += value;
    }
    return sum;
  },

  argmax(vector: Vector): number {
    let best = 0;
    for (let place = 1; place < vector.length; place += 1) {
      if ((vector[place] as number) > (vector[best] as number)) {
        best = place;
      }
    }
    return best;
  },

  nonzero(vector: Vector): Int32Array {
    const found: number[] = [];
    vector.forEach((value: number, place: number) => {
      if (value !== 0) {
        found.push(place);
      }
    });
    return Int32Array.from(found);
  },

  taken(vector: Vector, places: ArrayLike<number>, kind: Kind): Vector {
    const found = make(kind, places.length);
    for (let number = 0; number < places.length; number += 1) {
      found[number] = vector[places[number] as number] as number;
    }
    return found;
  },

  stretch(vector: Vector, start: number, stop: number): Vector {
    return vector.slice(start, stop);
  },

  stepped(vector: Vector, start: number, step: number, kind: Kind): Vector {
    const count = Math.max(0, Math.ceil((step > 0 ? vector.length - start : start + 1) / Math.abs(step)));
    const found = make(kind, count);
    for (let number = 0; number < count; number += 1) {
      found[number] = vector[start + number * step] as number;
    }
    return found;
  },

  sorted(vector: Vector): Vector {
    return vector.slice().sort();
  },

  /** The places of all numbers, those of the smallest first. */
  order(vector: Vector): Int32Array {
    return Int32Array.from(vector.keys()).sort((one, other) => (vector[one] as number) - (vector[other] as number));
  },

  /** The places of all numbers, those of the greatest so many last, in no order otherwise. */
  parted(vector: Vector, count: number): Int32Array {
    const least = vector.slice().sort().at(-count) as number;
    const among = (judge: (value: number) => boolean): number[] =>
      [...vector.keys()].filter((place) => judge(vector[place] as number));
    return Int32Array.from([
      ...among((value) => value < least),
      ...among((value) => value === least),
      ...among((value) => value > least),
    ]);
  },

  joined(first: Vector, second: Vector, kind: Kind): Vector {
    return make(kind, [...first, ...second] as unknown as ArrayLike<number>);
  },

  packed(flags: Vector): Uint8Array {
    const found = new Uint8Array(flags.length / 8);
    for (let place = 0; place < flags.length; place += 1) {
      if (flags[place] !== 0) {
        found[place >> 3] = (found[place >> 3] as number) | (1 << (place & 7));
      }
    }
    return found;
  },

  unpacked(bytes: Vector): Uint8Array {
    const found = new Uint8Array(bytes.length * 8);
    for (let place = 0; place < found.length; place += 1) {
      found[place] = ((bytes[place >> 3] as number) >> (place & 7)) & 1;
    }
    return found;
  },

  seen(vector: Vector, kind: Kind): Vector {
    const size = vector.byteLength / KINDS[kind].BYTES_PER_ELEMENT;
    return new KINDS[kind](vector.buffer as ArrayBuffer, vector.byteOffset, size);
  },

  listed(vector: Vector): number[] {
    return Array.from(vector);
  },
};
