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
  let [s0, s1, s2, s3] = seed(key.map(String).join('\u0000'));
  let spare: number | null = null;
  const bits = (): number => {
    const product = Math.imul(s1, 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9) >>> 0;
    const shifted = s1 << 9;
    s2 ^= s0;
    s3 ^= s1;
    s1 ^= s2;
    s0 ^= s3;
    s2 ^= shifted;
    s3 = (s3 << 11) | (s3 >>> 21);
    return result;
  };
  const next = (): number => ((bits() >>> 5) * 0x4000000 + (bits() >>> 6)) / 0x20000000000000;
  const normal = (): number => {
    if (spare !== null) {
      const value = spare;
      spare = null;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - next()));
    const angle = 2 * Math.PI * next();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
  return { next, integer: (end) => Math.floor(next() * end), normal };
}

function seed(text: string): [number, number, number, number] {
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
