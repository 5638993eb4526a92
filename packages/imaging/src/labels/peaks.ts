import type { LabelImage } from './connected-components.js';

// Pixels are taken from the highest down. A pixel without neighbours among those already taken starts a hill; one
// that touches several hills is the saddle between them. There the lower hill's prominence is known: how far one must
// go down from its top before the way leads up to a higher one. Hills that are not prominent enough are part of the
// hill that they meet. What is left over are the maxima of the h-maxima transform (P. Soille, Morphological Image
// Analysis, 2003, 6.3.5), found in one pass with a union of sets in place of a reconstruction.

export interface PeakOptions {
  readonly width: number;
  readonly height: number;
  /** Squared heights, whole numbers of 0 and above, [height, width]; 0 is no part of any hill. */
  readonly squares: Uint32Array;
  /** Least prominence, in the unit of the heights (not squared); a peak must have more. */
  readonly prominence: number;
}

/**
 * Numbers the tops of a landscape's hills that are more prominent than asked, one pixel each (the first of a flat
 * top row by row), counted row by row. Hills touch at corners too. The highest top of each separate part is always among them.
 */
export function prominentPeaks({ width, height, squares, prominence }: PeakOptions): LabelImage {
  const order = descending(squares);
  // Sets of pixels by their first one, + 1 (0: not taken yet). The first is the top, as pixels come from the highest.
  const parent = new Uint32Array(width * height);
  const dissolved = new Uint8Array(width * height);
  const rootOf = (pixel: number): number => {
    let at = pixel;
    for (;;) {
      const up = (parent[at] as number) - 1;
      if (up === at) return at;
      parent[at] = parent[up] as number;
      at = up;
    }
  };
  for (const pixel of order) {
    const x = pixel % width;
    const left = x > 0 ? -1 : 0;
    const right = x + 1 < width ? 1 : 0;
    const top = pixel >= width ? -width : 0;
    const bottom = pixel + width < squares.length ? width : 0;
    const saddle = Math.sqrt(squares[pixel] as number);
    let hill = -1;
    for (let dy = top; dy <= bottom; dy += width) {
      for (let dx = left; dx <= right; dx++) {
        if (parent[pixel + dy + dx] === 0) continue;
        const other = rootOf(pixel + dy + dx);
        if (other === hill) continue;
        if (hill === -1) {
          hill = other;
          continue;
        }
        const [high, low] = isHigher(other, hill) ? [other, hill] : [hill, other];
        if (Math.sqrt(squares[low] as number) - saddle <= prominence) dissolved[low] = 1;
        parent[low] = high + 1;
        hill = high;
      }
    }
    parent[pixel] = (hill === -1 ? pixel : hill) + 1;
    if (hill !== -1) dissolved[pixel] = 1;
  }
  const data = new Uint32Array(width * height);
  let count = 0;
  for (let i = 0; i < data.length; i++) if (squares[i] !== 0 && dissolved[i] === 0) data[i] = ++count;
  return { width, height, count, data };

  function isHigher(a: number, b: number): boolean {
    const [heightA, heightB] = [squares[a] as number, squares[b] as number];
    return heightA > heightB || (heightA === heightB && a < b);
  }
}

/** The pixels above 0 from the highest to the lowest, equal ones row by row. */
function descending(squares: Uint32Array): Uint32Array {
  let most = 0;
  let pixels = 0;
  for (const square of squares) {
    if (square > most) most = square;
    if (square !== 0) pixels++;
  }
  if (most > 4 * squares.length) {
    // Too far apart for counting, as where a picture is very narrow.
    const order = Uint32Array.from(squares.keys()).filter((i) => squares[i] !== 0);
    return order.sort((a, b) => (squares[b] as number) - (squares[a] as number) || a - b);
  }
  const place = new Uint32Array(most + 2);
  for (const square of squares) place[most - square + 1] = (place[most - square + 1] as number) + 1;
  for (let k = 1; k < place.length; k++) place[k] = (place[k] as number) + (place[k - 1] as number);
  const order = new Uint32Array(pixels);
  for (let i = 0; i < squares.length; i++) {
    const square = squares[i] as number;
    if (square === 0) continue;
    const slot = most - square;
    const at = place[slot] as number;
    order[at] = i;
    place[slot] = at + 1;
  }
  return order;
}
