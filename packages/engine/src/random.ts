/**
 * Reproducible random numbers.
 *
 * A generator is made from a key rather than advanced from a saved state: `createRandom(seed, 'tiles', step)`
 * always gives the same numbers for that step, whatever was drawn before, so nothing of it has to be stored in a
 * checkpoint. The key is hashed with 64-bit FNV-1a and mixed into the state of xoshiro128** (Blackman and Vigna,
 * "Scrambled linear pseudorandom number generators", 2021) by SplitMix-like steps.
 */
export interface Random {
  /** Uniform in [0, 1), with 53 random bits. */
  next(): number;
  /** Uniform in [0, end). */
  integer(end: number): number;
  /** Normal with mean 0 and variance 1 (Box and Muller). */
  normal(): number;
}

/** A generator whose numbers depend on the whole key and on nothing else. */
export function createRandom(...key: readonly (number | string)[]): Random {
  const state = seed(key.map(String).join('\u0000'));
  const bits = (): number => {
    const [s0, s1, s2, s3] = state;
    const result = Math.imul(rotate(Math.imul(s1, 5), 7), 9) >>> 0;
    const t = s1 << 9;
    const u2 = s2 ^ s0;
    const u3 = s3 ^ s1;
    state[0] = s0 ^ u3;
    state[1] = s1 ^ u2;
    state[2] = u2 ^ t;
    state[3] = rotate(u3, 11);
    return result;
  };
  const next = (): number => ((bits() >>> 5) * 0x4000000 + (bits() >>> 6)) / 0x20000000000000;
  return {
    next,
    integer: (end) => Math.floor(next() * end),
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
  };
}

type State = [number, number, number, number];

function seed(text: string): State {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text)) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  }
  const word = (index: bigint): number => {
    let z = BigInt.asUintN(64, hash + (index + 1n) * 0x9e3779b97f4a7c15n);
    z = BigInt.asUintN(64, (z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
    z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94d049bb133111ebn);
    return Number((z ^ (z >> 31n)) & 0xffffffffn) | 0;
  };
  return [word(0n), word(1n), word(2n), word(3n)];
}

function rotate(value: number, by: number): number {
  return (value << by) | (value >>> (32 - by));
}
