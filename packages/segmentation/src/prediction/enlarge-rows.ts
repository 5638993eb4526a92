import { bilinearRows, type Rows, type Size } from './resize.js';

/** Brings rows of planes, as the networks see the image, to its resolution and hands them on. */
export function enlargement(
  image: Size,
  seen: Size,
  planes: number,
  handOn: (rows: Rows) => void | Promise<void>,
): (rows: Rows) => Promise<void> {
  if (image.height === seen.height && image.width === seen.width) {
    return async (rows: Rows) => {
      if (rows.count > 0) await handOn(rows);
    };
  }
  const resizer = bilinearRows(seen, image);
  let kept: Rows = { data: new Float32Array(0), first: 0, count: 0 };
  let done = 0;
  return async (rows: Rows) => {
    const all = joinRows(kept, rows, planes, seen.width);
    const ready = resizer.ready(all.first + all.count);
    if (ready > done) {
      const data = resizer.rows(all, planes, done, ready);
      await handOn({ data, first: done, count: ready - done });
      done = ready;
    }
    kept = rowsFrom(all, resizer.firstNeeded(done), planes, seen.width);
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

function rowsFrom({ data, first, count }: Rows, row: number, planes: number, width: number): Rows {
  const left = Math.max(0, first + count - row);
  const rest = new Float32Array(planes * left * width);
  for (let plane = 0; plane < planes; plane++) {
    const end = (plane + 1) * count * width;
    rest.set(data.subarray(end - left * width, end), plane * left * width);
  }
  return { data: rest, first: first + count - left, count: left };
}
