import { describe, expect, it } from 'vitest';
import { findClassObjects, findObjects } from './find-objects.js';

/** Rows of digits. */
function mask(...rows: readonly string[]) {
  const data = Uint8Array.from(rows.join(''), Number);
  return { width: rows[0]?.length ?? 0, height: rows.length, data };
}

function rowsOf({ width, data }: { readonly width: number; readonly data: Uint32Array }): string[] {
  return Array.from({ length: data.length / width }, (_, y) =>
    [...data.subarray(y * width, (y + 1) * width)].join(''),
  );
}

const drawn = mask('1000000', '0011100', '0010100', '0011100', '0000001');

describe('findObjects', () => {
  it('numbers what is connected', () => {
    expect(rowsOf(findObjects(drawn))).toEqual(['1000000', '0022200', '0020200', '0022200', '0000003']);
  });

  it('fills holes, and leaves out small objects and those at the border', () => {
    expect(findObjects(drawn, { fillHoles: true }).data[2 * 7 + 3]).toBe(2);
    expect(findObjects(drawn, { excludeBorder: true }).count).toBe(1);
    expect(findObjects(drawn, { minimumSize: 2 }).count).toBe(1);
    // A ring of 8 pixels has 9 once it is filled.
    expect(findObjects(drawn, { minimumSize: 9, fillHoles: true }).count).toBe(1);
    expect(findObjects(drawn, { minimumSize: 9 })).toMatchObject({ count: 0, data: new Uint32Array(35) });
  });

  it('cuts objects where they touch, the less the greater the depth', () => {
    const twins = disks(60, 30, [
      [20, 15, 11],
      [39, 15, 11],
    ]);
    expect(findObjects(twins).count).toBe(1);
    const cut = findObjects(twins, { separate: 'watershed' });
    expect(cut.count).toBe(2);
    expect([cut.data[15 * 60 + 25], cut.data[15 * 60 + 34]]).toEqual([1, 2]);
    expect(findObjects(twins, { separate: 'watershed', depth: 20 }).count).toBe(1);
  });

  it('refuses sizes that mean nothing', () => {
    expect(() => findObjects(drawn, { minimumSize: -1 })).toThrow(/minimum size .* not -1/);
    expect(() => findObjects(drawn, { depth: Number.NaN })).toThrow(RangeError);
  });
});

describe('findClassObjects', () => {
  it('keeps the classes apart and says which object has which', () => {
    const { labels, classes } = findClassObjects({ ...mask('1122', '0000', '0201'), classes: 3 });
    expect(rowsOf(labels)).toEqual(['1133', '0000', '0402']);
    expect(classes).toEqual([1, 1, 2, 2]);
  });

  it('fills no hole with what is of another class', () => {
    const ring = mask('11111', '12201', '11111');
    const { labels } = findClassObjects({ ...ring, classes: 3 }, { fillHoles: true });
    expect(rowsOf(labels)).toEqual(['11111', '12211', '11111']);
  });

  it('finds nothing in background', () => {
    expect(findClassObjects({ ...mask('00'), classes: 2 })).toMatchObject({
      classes: [],
      labels: { count: 0 },
    });
  });
});

function disks(width: number, height: number, list: readonly (readonly [number, number, number])[]) {
  const data = Uint8Array.from({ length: width * height }, (_, i) =>
    list.some(([x, y, radius]) => Math.hypot((i % width) - x, Math.floor(i / width) - y) <= radius) ? 1 : 0,
  );
  return { width, height, data };
}
