/** Numbered objects: `data` is [height, width], 0 is background, objects are 1..count. */
export interface LabelImage {
  readonly width: number;
  readonly height: number;
  readonly count: number;
  readonly data: Uint32Array;
}

/**
 * Numbers the connected regions of nonzero pixels, in the order in which their first pixels come row by row.
 * With connectivity 4, pixels touch along edges; with 8, at corners too.
 *
 * Two passes with a union of provisional numbers: A. Rosenfeld and J. L. Pfaltz, "Sequential operations in
 * digital picture processing", J. ACM 13 (1966).
 */
export function connectedComponents(
  mask: { readonly width: number; readonly height: number; readonly data: Uint8Array },
  connectivity: 4 | 8,
): LabelImage {
  const { width, height, data } = mask;
  const labels = new Uint32Array(width * height);
  // A new provisional number needs a pixel with background on its left and above it.
  const parent = new Uint32Array(((width + 1) >> 1) * height + 1);
  let provisional = 0;
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if (data[i] === 0) continue;
      const left = x > 0 ? (labels[i - 1] as number) : 0;
      const above = y > 0 ? (labels[i - width] as number) : 0;
      let label = left;
      if (above !== 0) label = label === 0 || label === above ? above : joined(parent, label, above);
      else if (connectivity === 8 && y > 0) {
        // Where the pixel above is foreground, it is already joined to both of its neighbours.
        const upLeft = x > 0 ? (labels[i - width - 1] as number) : 0;
        const upRight = x + 1 < width ? (labels[i - width + 1] as number) : 0;
        if (upLeft !== 0) label = label === 0 || label === upLeft ? upLeft : joined(parent, label, upLeft);
        if (upRight !== 0)
          label = label === 0 || label === upRight ? upRight : joined(parent, label, upRight);
      }
      if (label === 0) {
        label = ++provisional;
        parent[label] = label;
      }
      labels[i] = label;
    }
  }
  return { width, height, count: renumber(labels, parent, provisional), data: labels };
}

/** Joins two sets under the smaller root, which thus stays the number of the first pixel. */
function joined(parent: Uint32Array, a: number, b: number): number {
  const rootA = rootOf(parent, a);
  const rootB = rootOf(parent, b);
  const root = Math.min(rootA, rootB);
  parent[rootA] = root;
  parent[rootB] = root;
  return root;
}

function rootOf(parent: Uint32Array, label: number): number {
  let at = label;
  for (;;) {
    const up = parent[at] as number;
    if (up === at) return at;
    const further = parent[up] as number;
    parent[at] = further;
    at = further;
  }
}

/** Roots, which are smaller than the numbers under them, are counted in order; every pixel gets its root's count. */
function renumber(labels: Uint32Array, parent: Uint32Array, provisional: number): number {
  let count = 0;
  for (let label = 1; label <= provisional; label++) {
    const up = parent[label] as number;
    parent[label] = up === label ? ++count : (parent[up] as number);
  }
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i] as number;
    if (label !== 0) labels[i] = parent[label] as number;
  }
  return count;
}
