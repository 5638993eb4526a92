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
 * Runs of pixels in a row get provisional numbers, which are joined where a run touches one of the row above: A. Rosenfeld
 * and J. L. Pfaltz, "Sequential operations in digital picture processing", J. ACM 13 (1966), with runs in place of pixels.
 */
export function connectedComponents(
  mask: { readonly width: number; readonly height: number; readonly data: Uint8Array },
  connectivity: 4 | 8,
): LabelImage {
  const { width, height, data } = mask;
  const starts: number[] = [];
  const ends: number[] = [];
  /** Of each run the number of another one of its region, smaller unless it is the first. */
  const parent: number[] = [];
  const reach = connectivity === 8 ? 1 : 0;
  let [above, row] = [0, 0];
  for (let y = 0; y < height; y++) {
    const offset = y * width;
    // Runs of the row above are [above, row).
    let candidate = above;
    above = row;
    for (let i = offset; i < offset + width; ) {
      if (data[i] === 0) {
        i++;
        continue;
      }
      const start = i++;
      while (i < offset + width && data[i] !== 0) i++;
      const run = starts.length;
      parent.push(run);
      const [from, to] = [start - width - reach, i - width + reach];
      while (candidate < above && (ends[candidate] as number) <= from) candidate++;
      while (candidate < above && (starts[candidate] as number) < to) {
        joined(parent, candidate, run);
        // One that goes on beyond this run may touch the next one as well.
        if ((ends[candidate] as number) >= to) break;
        candidate++;
      }
      starts.push(start);
      ends.push(i);
    }
    row = starts.length;
  }
  const labels = new Uint32Array(width * height);
  let count = 0;
  for (let run = 0; run < starts.length; run++) {
    // Those before this one hold the final number already.
    const up = parent[run] as number;
    const label = up === run ? ++count : (parent[up] as number);
    parent[run] = label;
    const end = ends[run] as number;
    for (let i = starts[run] as number; i < end; i++) labels[i] = label;
  }
  return { width, height, count, data: labels };
}

/** Joins two sets under the smaller root, which thus stays the run of the first pixel. */
function joined(parent: number[], a: number, b: number): void {
  const rootA = rootOf(parent, a);
  const rootB = rootOf(parent, b);
  const root = Math.min(rootA, rootB);
  parent[rootA] = root;
  parent[rootB] = root;
}

function rootOf(parent: number[], run: number): number {
  let at = run;
  for (;;) {
    const up = parent[at] as number;
    if (up === at) return at;
    const further = parent[up] as number;
    parent[at] = further;
    at = further;
  }
}
