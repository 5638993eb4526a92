import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LabelImage } from '../metrics/objects.js';
import { instanceConsensus } from './instance-consensus.js';

const WIDTH = 60;
const HEIGHT = 40;

type Disc = readonly [row: number, column: number, radius: number];

/** Objects 1, 2 … as the unions of discs; of overlapping objects the first keeps the pixels. */
function drawn(...objects: readonly (readonly Disc[])[]): LabelImage {
  const data = new Uint32Array(WIDTH * HEIGHT);
  for (const [index, discs] of [...objects.entries()].reverse()) {
    for (let i = 0; i < data.length; i++) {
      const inside = discs.some(
        ([row, column, radius]) =>
          (Math.floor(i / WIDTH) - row) ** 2 + ((i % WIDTH) - column) ** 2 <= radius ** 2,
      );
      if (inside) data[i] = index + 1;
    }
  }
  return { width: WIDTH, height: HEIGHT, data };
}

const left: Disc = [20, 20, 8];
const right: Disc = [20, 34, 8];
const moved: Disc = [21, 21, 8];
const small: Disc = [6, 50, 3];

function at({ data }: LabelImage, [row, column]: Disc): number {
  return data[row * WIDTH + column] as number;
}

describe('touching cells', () => {
  it('stay apart when two of three raters kept them apart', () => {
    const { labels, objects } = instanceConsensus([
      drawn([left], [right]),
      drawn([left, right]),
      drawn([moved], [right]),
    ]);
    expect(at(labels, left)).toBe(1);
    expect(at(labels, right)).toBe(2);
    expect(objects.map(({ votes, raters }) => ({ votes, raters }))).toEqual([
      { votes: 3, raters: [0, 1, 2] },
      { votes: 3, raters: [0, 1, 2] },
    ]);
  });

  it('become one when two of three raters drew them as one', () => {
    const { labels, objects } = instanceConsensus([
      drawn([left, right]),
      drawn([left], [right]),
      drawn([moved, right]),
    ]);
    expect(objects).toHaveLength(1);
    expect(at(labels, left)).toBe(at(labels, right));
  });

  it('stay apart when one of two raters merged them', () => {
    const { objects } = instanceConsensus([drawn([left, right]), drawn([left], [right])]);
    expect(objects.map((object) => object.votes)).toEqual([2, 2]);
  });

  it('stay apart in a row of three of which two raters merged different pairs', () => {
    const third: Disc = [20, 48, 8];
    const { labels } = instanceConsensus([
      drawn([left], [right], [third]),
      drawn([left], [right, third]),
      drawn([left, right], [third]),
    ]);
    expect([left, right, third].map((disc) => at(labels, disc))).toEqual([1, 2, 3]);
  });

  it('stay apart when one rater drew the whole field as one object', () => {
    const field = { width: WIDTH, height: HEIGHT, data: new Uint32Array(WIDTH * HEIGHT).fill(9) };
    const two = drawn([left], [right]);
    expect(instanceConsensus([field, two, two]).labels).toEqual(two);
  });
});

describe('one cell', () => {
  const halves = (cut: (row: number, column: number) => boolean): LabelImage => {
    const whole = drawn([left]);
    const data = whole.data.map((label, i) =>
      label > 0 && cut(Math.floor(i / WIDTH), i % WIDTH) ? 2 : label,
    );
    return { ...whole, data };
  };

  it('stays whole when two of three raters cut it along different lines', () => {
    const { labels, objects } = instanceConsensus([
      drawn([left]),
      halves((row) => row < 20),
      halves((_, column) => column < 20),
    ]);
    expect(labels).toEqual(drawn([left]));
    expect(objects.map(({ votes }) => votes)).toEqual([3]);
  });

  it('is cut where two of three raters cut it', () => {
    const cut = halves((row) => row < 20);
    expect(instanceConsensus([drawn([left]), cut, cut]).objects).toHaveLength(2);
  });

  it('stays whole in a tie, because it is convex', () => {
    const cut = halves((row) => row < 20);
    expect(instanceConsensus([drawn([left]), cut, drawn()]).labels).toEqual(drawn([left]));
  });

  it('is not split by the rater who drew two', () => {
    const halves = drawn([left]);
    for (let i = 0; i < 20 * WIDTH; i++) if (halves.data[i] === 1) halves.data[i] = 2;
    const { labels, objects } = instanceConsensus([drawn([left]), halves, drawn([left])]);
    expect(labels).toEqual(drawn([left]));
    expect(objects[0]?.votes).toBe(3);
  });

  it('is rejected and listed when only one of three raters saw it', () => {
    const { labels, objects, rejected } = instanceConsensus([
      drawn([left]),
      drawn([left], [small]),
      drawn([left]),
    ]);
    expect(objects).toHaveLength(1);
    expect(at(labels, small)).toBe(0);
    expect(rejected).toEqual([{ raters: [1], area: 29, row: 6, column: 50 }]);
  });

  it('is kept in a tie only when the quorum is half', () => {
    const raters = [drawn([left]), drawn([left]), drawn(), drawn()];
    expect(instanceConsensus(raters).objects).toHaveLength(0);
    expect(instanceConsensus(raters).rejected).toHaveLength(1);
    expect(instanceConsensus(raters, { quorum: 0.5 }).labels).toEqual(drawn([left]));
  });

  it('has the border on which most raters agree', () => {
    const { labels } = instanceConsensus([drawn([left]), drawn([moved]), drawn([left])]);
    expect(labels).toEqual(drawn([left]));
  });

  it('keeps its shape when a rater overlooked it', () => {
    const { labels, objects } = instanceConsensus([drawn(), drawn([left]), drawn([left])]);
    expect(labels).toEqual(drawn([left]));
    expect(objects).toEqual([{ label: 1, votes: 2, raters: [1, 2], area: 197 }]);
  });

  it('is not taken for the larger one that a rater drew around it', () => {
    const inner: Disc = [20, 20, 3];
    const { labels, rejected } = instanceConsensus([drawn([inner]), drawn([left]), drawn([inner])]);
    expect(labels).toEqual(drawn([inner]));
    expect(rejected.map(({ raters, area }) => ({ raters, area }))).toEqual([{ raters: [1], area: 197 }]);
  });
});

describe('instanceConsensus', () => {
  const labelImages = fc
    .array(
      fc.tuple(fc.integer({ min: 0, max: 39 }), fc.integer({ min: 0, max: 59 }), fc.constantFrom(2, 5, 9)),
    )
    .map((discs) => drawn(...discs.map((disc) => [disc])));

  it('gives identical raters their objects back, in raster order', () => {
    const image = drawn([[20, 50, 6]], [left], [small]);
    const { labels, objects, rejected } = instanceConsensus([image, image, image]);
    expect(labels).toEqual(drawn([small], [left], [[20, 50, 6]]));
    expect(objects.map((object) => object.votes)).toEqual([3, 3, 3]);
    expect(rejected).toEqual([]);
  });

  it('never joins two cells that most raters kept apart', () => {
    const apart = fc.record({
      rows: fc.integer({ min: -1, max: 1 }),
      columns: fc.integer({ min: -1, max: 1 }),
    });
    const votes = fc.tuple(fc.array(apart, { minLength: 2, maxLength: 4 }), fc.integer({ min: 5, max: 9 }));
    fc.assert(
      fc.property(votes, ([kept, radius]) => {
        const cells = (rows: number, columns: number): [Disc, Disc] => [
          [20 + rows, 20 + columns, radius],
          [20 + rows, 20 + columns + 2 * radius - 1, radius],
        ];
        const [a, b] = cells(0, 0);
        const raters = [
          ...kept.map(({ rows, columns }) => drawn(...cells(rows, columns).map((disc) => [disc]))),
          ...kept.slice(1).map(() => drawn([a, b])),
        ];
        const { labels } = instanceConsensus(raters);
        expect([at(labels, a), at(labels, b)].sort()).toEqual([1, 2]);
      }),
      { numRuns: 60 },
    );
  });

  it('has no objects when nobody drew any', () => {
    expect(instanceConsensus([drawn(), drawn()])).toEqual({ labels: drawn(), objects: [], rejected: [] });
  });

  it('accounts for its objects, whatever was drawn', () => {
    fc.assert(
      fc.property(fc.array(labelImages, { minLength: 1, maxLength: 5 }), (raters) => {
        const { labels, objects } = instanceConsensus(raters);
        const areas = new Map<number, number>();
        for (const label of labels.data) if (label > 0) areas.set(label, (areas.get(label) ?? 0) + 1);
        expect(objects.map(({ label, area }) => [label, area])).toEqual([...areas]);
        expect(objects.every(({ votes }) => 2 * votes > raters.length)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it('refuses raters of different images, no raters and shares outside 0 to 1', () => {
    const other = { width: 1, height: 1, data: new Uint32Array(1) };
    expect(() => instanceConsensus([drawn(), other])).toThrow(/differ in size: 60 x 40 and 1 x 1/);
    expect(() => instanceConsensus([])).toThrow(/at least one rater/);
    expect(() => instanceConsensus([drawn()], { quorum: 0 })).toThrow(/quorum must be above 0/);
    expect(() => instanceConsensus([drawn()], { matchIou: 1.5 })).toThrow(/matchIou must be above 0/);
  });
});
