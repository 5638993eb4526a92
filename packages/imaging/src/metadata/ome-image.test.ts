import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  type OmeImage,
  type OmeOrder,
  omeChannels,
  partsIn,
  planeTable,
  type TiffBlock,
} from './ome-image.js';

const ORDERS: readonly OmeOrder[] = ['XYZCT', 'XYZTC', 'XYCTZ', 'XYCZT', 'XYTCZ', 'XYTZC'];

function image(order: OmeOrder, size: Sizes, blocks: readonly TiffBlock[], samples = 1): OmeImage {
  return {
    name: null,
    width: 1,
    height: 1,
    slices: size.Z,
    frames: size.T,
    ...omeChannels([{ name: null, colour: null, samples }], size.C * samples),
    order,
    type: 'uint8',
    significantBits: null,
    calibration: null,
    frameInterval: null,
    blocks,
  };
}

interface Sizes {
  readonly C: number;
  readonly Z: number;
  readonly T: number;
}

/** All planes in the order of the dimensions, by counting like a mileometer. */
function planesInOrder(order: OmeOrder, size: Sizes): Sizes[] {
  const planes: Sizes[] = [];
  const at = { C: 0, Z: 0, T: 0 };
  for (;;) {
    planes.push({ ...at });
    let wheel = 2;
    for (; wheel < 5; wheel++) {
      const axis = order[wheel];
      if (axis !== 'C' && axis !== 'Z' && axis !== 'T') throw new Error(order);
      at[axis] += 1;
      if (at[axis] < size[axis]) break;
      at[axis] = 0;
    }
    if (wheel === 5) return planes;
  }
}

const sizes = fc.record({
  C: fc.integer({ min: 1, max: 4 }),
  Z: fc.integer({ min: 1, max: 4 }),
  T: fc.integer({ min: 1, max: 4 }),
});

it('finds planes that follow one another', () => {
  fc.assert(
    fc.property(fc.constantFrom(...ORDERS), sizes, fc.integer({ min: 1, max: 3 }), (order, size, samples) => {
      const place = planeTable(image(order, size, [], samples));
      planesInOrder(order, size).forEach(({ C, Z, T }, ifd) => {
        expect(place(C * samples + samples - 1, Z, T)).toEqual({ file: null, ifd, sample: samples - 1 });
      });
    }),
  );
});

it('finds planes that are placed one by one, in any order and in several files', () => {
  fc.assert(
    fc.property(fc.constantFrom(...ORDERS), sizes, fc.infiniteStream(fc.nat()), (order, size, shuffle) => {
      const planes = planesInOrder(order, size)
        .map((plane) => ({ plane, key: shuffle.next().value }))
        .sort((a, b) => a.key - b.key)
        .map(({ plane }, i) => ({ plane, file: i % 2 ? 'b.tif' : 'a.tif', ifd: i >> 1 }));
      const blocks = planes.map(({ plane, file, ifd }) => ({
        ifd,
        file,
        planes: 1,
        channel: plane.C,
        slice: plane.Z,
        frame: plane.T,
      }));
      const place = planeTable(image(order, size, blocks));
      for (const { plane, file, ifd } of planes) {
        expect(place(plane.C, plane.Z, plane.T)).toEqual({ file, ifd, sample: 0 });
      }
      const lacking = planeTable(image(order, size, blocks.slice(1)));
      const first = planes[0]?.plane;
      if (first && planes.length > 1) expect(lacking(first.C, first.Z, first.T)).toBeUndefined();
    }),
  );
});

it('tells the slices and frames of which some blocks hold planes', () => {
  const size = { C: 2, Z: 3, T: 4 };
  const from = (slice: number, frame: number, planes: number): TiffBlock => {
    return { ifd: 0, file: null, channel: 0, slice, frame, planes };
  };
  const held = (blocks: readonly TiffBlock[], most = 100) =>
    partsIn(image('XYCZT', size, blocks), blocks, most);
  expect(held([from(1, 2, 4)])).toEqual({ slices: [1, 2], frames: [2] });
  expect(held([from(2, 3, Number.POSITIVE_INFINITY)])).toEqual({ slices: [2], frames: [3] });
  expect(held([from(0, 1, Number.POSITIVE_INFINITY)], 7)).toEqual({ slices: [0, 1, 2], frames: [1, 2] });
});
