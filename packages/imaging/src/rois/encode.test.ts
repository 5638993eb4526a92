import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ImageFileError } from '../errors.js';
import { decodeRoi } from './decode.js';
import { encodeRoi } from './encode.js';
import type { Point, Roi, RoiColour, RoiProperties, RoiShape } from './roi.js';

const whole = fc.integer({ min: -4000, max: 50_000 });
const far = fc.integer({ min: -100_000, max: 200_000 });
const fine = fc.float({ min: -5000, max: Math.fround(1e5), noNaN: true, noDefaultInfinity: true });
const size = fc.integer({ min: 0, max: 9000 });
const fineSize = fc.float({ min: 0, max: 9000, noNaN: true });
const pointBy = (number: fc.Arbitrary<number>): fc.Arbitrary<Point> => fc.tuple(number, number);
const anyPoint = fc.oneof(pointBy(whole), pointBy(fine));
const points = fc.oneof(
  fc.array(pointBy(whole), { minLength: 1 }),
  fc.array(pointBy(far), { minLength: 1 }),
  fc.array(pointBy(fine), { minLength: 1 }),
);
const box = fc.oneof(
  fc.record({ x: whole, y: whole, width: size, height: size }),
  fc.record({ x: fine, y: fine, width: fineSize, height: fineSize }),
);
const type = <Type extends string>(...types: readonly Type[]) => fc.constantFrom<Type>(...types);
const ends = { from: anyPoint, to: anyPoint };

const shapes: fc.Arbitrary<RoiShape> = fc.oneof<fc.Arbitrary<RoiShape>[]>(
  box.map((bounds) => ({ type: 'rectangle', ...bounds })),
  box.map((bounds) => ({ type: 'rectangle', ...bounds, cornerDiameter: 7 })),
  box.map((bounds) => ({ type: 'oval', ...bounds })),
  fc.record({ type: type('ellipse'), ...ends, aspectRatio: fc.float({ min: 0, max: 1, noNaN: true }) }),
  fc.record({ type: type('rotated-rectangle'), ...ends, breadth: fineSize }),
  fc.record({ type: type('line'), ...ends }),
  fc.record({ type: type('polygon', 'freehand', 'traced'), points }),
  fc.record({ type: type('polyline', 'freeline', 'angle'), points }),
  fc.record({ type: type('points'), points }),
  points.map((list) => ({
    type: 'points',
    points: list,
    marks: list.map((_, i) => (i % 2 ? { counter: i % 100 } : { counter: 0, plane: i })),
  })),
  fc.record({
    type: type('composite'),
    paths: fc.array(
      fc.record({
        start: anyPoint,
        steps: fc.array(
          fc.oneof(
            fc.record({ to: anyPoint }),
            fc.record({ to: anyPoint, controls: fc.tuple(anyPoint) }),
            fc.record({ to: anyPoint, controls: fc.tuple(anyPoint, anyPoint) }),
          ),
        ),
      }),
      { minLength: 1, maxLength: 5 },
    ),
  }),
);

const colour: fc.Arbitrary<RoiColour> = fc.tuple(
  fc.nat(255),
  fc.nat(255),
  fc.nat(255),
  fc.integer({ min: 1, max: 255 }),
);
const properties: fc.Arbitrary<RoiProperties> = fc.record(
  {
    name: fc.string({ unit: 'binary', minLength: 1, maxLength: 30 }),
    position: fc
      .tuple(fc.constantFrom('plane', 'channel', 'slice', 'frame'), fc.nat(1000))
      .map(([axis, place]) => ({ [axis]: place })),
    strokeColour: colour,
    fillColour: colour,
    group: fc.integer({ min: 1, max: 65_535 }),
  },
  { requiredKeys: ['name'] },
);
const rois: fc.Arbitrary<Roi> = fc
  .tuple(properties, shapes, fc.option(fc.float({ min: 0.25, max: 100, noNaN: true }), { nil: undefined }))
  .map(([known, shape, strokeWidth]) => ({
    ...known,
    ...shape,
    ...(strokeWidth && shape.type !== 'points' && { strokeWidth }),
  }));

/** The file format knows no negative zero in whole numbers. */
function plain(roi: Roi): unknown {
  return JSON.parse(JSON.stringify(roi));
}

describe('encodeRoi', () => {
  it('writes what decodeRoi reads, of every shape', () => {
    fc.assert(
      fc.property(rois, (roi) => {
        expect(plain(decodeRoi(encodeRoi(roi), 'a.roi'))).toEqual(plain(roi));
      }),
      { numRuns: 1000 },
    );
  });

  it('writes an outline of very many points as a composite', () => {
    const outline = Array.from({ length: 70_000 }, (_, i): Point => [i % 5000, Math.floor(i / 5000)]);
    const roi = decodeRoi(encodeRoi({ name: 'a', type: 'traced', points: outline }), 'a.roi');
    expect(roi.type === 'composite' && roi.paths[0]?.steps.length).toBe(69_999);
  });

  it('refuses what has no place in the file', () => {
    expect(() => encodeRoi({ name: 'a', type: 'polygon', points: [] })).toThrow(
      'The region “a” has no points, or a coordinate that is not finite.',
    );
    expect(() => encodeRoi({ name: 'a', type: 'line', from: [0, Number.NaN], to: [1, 1] })).toThrow(
      RangeError,
    );
    const points = Array.from({ length: 70_000 }, (): Point => [1, 2]);
    expect(() => encodeRoi({ name: 'a', type: 'polyline', points })).toThrow(RangeError);
  });
});

it('meets damaged regions with an ImageFileError or a region, never with anything else', () => {
  fc.assert(
    fc.property(
      rois,
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }),
      fc.nat(),
      (roi, changes, cut) => {
        const bytes = encodeRoi(roi);
        for (const [at, value] of changes) bytes[at % bytes.length] = value;
        try {
          decodeRoi(bytes.subarray(0, cut % 3 === 0 ? cut % bytes.length : bytes.length), 'a.roi');
        } catch (error) {
          expect(error).toBeInstanceOf(ImageFileError);
        }
      },
    ),
    { numRuns: 2000 },
  );
});
