import type { Layer } from '../viewer/scene.ts';

export interface Difference {
  /** Class 1 (orange): only the first marks it; class 2 (blue): only the second; class 3: both, with other classes. */
  readonly layer: Layer;
  /** How many pixels of the image only one of them marks; of smaller copies, as many as theirs stand for. */
  readonly only: { readonly first: number; readonly second: number };
}

/**
 * The method with which the ground truth can be compared: one that was tried beside, other than that of the ground truth
 * itself, which may have been tried before it was used.
 *
 * @param used null where it is not known
 */
export function methodBeside(used: string | null, tried: readonly string[]): string | undefined {
  return tried.find((method) => method !== used);
}

/** Where two masks of one image differ; null until both are there. */
export function differenceOf(first: Layer | null, second: Layer | null): Difference | null {
  if (first === null || second === null || first.data.length !== second.data.length) return null;
  const data = new Uint8Array(first.data.length);
  const only = { first: 0, second: 0 };
  for (let i = 0; i < data.length; i++) {
    const [a, b] = [first.data[i], second.data[i]];
    if (a === b) continue;
    data[i] = b === 0 ? 1 : a === 0 ? 2 : 3;
    if (b === 0) only.first += 1;
    if (a === 0) only.second += 1;
  }
  const { width, height, over } = first;
  const each = over === undefined ? 1 : (over.width * over.height) / (width * height);
  return {
    layer: {
      ...{ width, height, data, kind: 'classes', opacity: 0.8, shape: 'filled' },
      ...(over === undefined ? {} : { over }),
    },
    only: { first: Math.round(each * only.first), second: Math.round(each * only.second) },
  };
}
