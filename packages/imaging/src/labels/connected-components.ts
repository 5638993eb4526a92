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
 */
export function connectedComponents(mask: Foreground, connectivity: 4 | 8): LabelImage {
  const { width, height } = mask;
  const { count, starts, ends, regions } = regionRuns(mask, connectivity);
  const labels = new Uint32Array(width * height);
  for (let run = 0; run < starts.length; run++) {
    const label = regions[run] as number;
    const end = ends[run] as number;
    for (let i = starts[run] as number; i < end; i++) labels[i] = label;
  }
  return { width, height, count, data: labels };
}

/** `data` is [height, width]; foreground is what is not 0. */
interface Foreground {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** The runs of a mask row by row: the first pixel of each, the one after its last, and the number of its region. */
export interface RegionRuns {
  readonly count: number;
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  readonly regions: readonly number[];
}

/**
 * The connected regions of `connectedComponents` as runs of pixels. Runs get provisional numbers, which are joined where
 * a run touches one of the row above: A. Rosenfeld and J. L. Pfaltz, "Sequential operations in digital picture
 * processing", J. ACM 13 (1966), with runs in place of pixels.
 */
export function regionRuns({ width, height, data }: Foreground, connectivity: 4 | 8): RegionRuns {
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
  let count = 0;
  for (let run = 0; run < starts.length; run++) {
    // Those before this one hold the final number already.
    const up = parent[run] as number;
    parent[run] = up === run ? ++count : (parent[up] as number);
  }
  return { count, starts, ends, regions: parent };
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
