import { bilinearRows, type Rows, type Size } from './resize.js';

export interface Enlargement {
  /** The first row, as the networks see the image, that is needed. */
  readonly firstNeeded: number;
  add(rows: Rows): Promise<void>;
}

/**
 * Brings rows of planes, as the networks see the image, to its resolution and hands them on.
 *
 * @param start how many of the rows that the networks see were handed on before
 */
export function enlargement(
  image: Size,
  seen: Size,
  planes: number,
  start: number,
  handOn: (rows: Rows) => void | Promise<void>,
): Enlargement {
  if (image.height === seen.height && image.width === seen.width) {
    return {
      firstNeeded: start,
      async add(rows) {
        const wanted = rowsFrom(rows, start, planes, seen.width);
        if (wanted.count > 0) await handOn(wanted);
      },
    };
  }
  const resizer = bilinearRows(seen, image);
  let done = resizer.ready(start);
  const firstNeeded = resizer.firstNeeded(done);
  let kept: Rows = { data: new Float32Array(0), first: firstNeeded, count: 0 };
  return {
    firstNeeded,
    async add(rows) {
      const all = joinRows(kept, rowsFrom(rows, firstNeeded, planes, seen.width), planes, seen.width);
      const ready = resizer.ready(all.first + all.count);
      if (ready > done) {
        const data = resizer.rows(all, planes, done, ready);
        await handOn({ data, first: done, count: ready - done });
        done = ready;
      }
      kept = rowsFrom(all, resizer.firstNeeded(done), planes, seen.width);
    },
  };
}

function joinRows(above: Rows, below: Rows, planes: number, width: number): Rows {
  const count = above.count + below.count;
  const data = new Float32Array(planes * count * width);
  for (let plane = 0; plane < planes; plane++) {
    for (const { rows, at } of [
      { rows: above, at: 0 },
      { rows: below, at: above.count },
    ]) {
      const length = rows.count * width;
      data.set(rows.data.subarray(plane * length, (plane + 1) * length), (plane * count + at) * width);
    }
  }
  return { data, first: above.first, count };
}

/** What of some rows lies at a row or below. */
function rowsFrom(rows: Rows, row: number, planes: number, width: number): Rows {
  const { data, first, count } = rows;
  if (row <= first) return rows;
  const left = Math.max(0, first + count - row);
  const rest = new Float32Array(planes * left * width);
  for (let plane = 0; plane < planes; plane++) {
    const end = (plane + 1) * count * width;
    rest.set(data.subarray(end - left * width, end), plane * left * width);
  }
  return { data: rest, first: first + count - left, count: left };
}
