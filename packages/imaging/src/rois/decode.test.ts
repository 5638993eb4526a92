import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ImageFileError } from '../errors.js';
import { decodeRoi } from './decode.js';
import type { Point, Roi } from './roi.js';

const fixtures = new URL('../../fixtures/rois/', import.meta.url);
const shared = new URL('../../../../../shared/data/formats/imagej-roi/', import.meta.url);

/** What fixtures/rois/MakeRois.java handed to ImageJ's encoder. */
const MADE: Readonly<Record<string, object>> = {
  rectangle: { type: 'rectangle', x: 12, y: 7, width: 31, height: 18 },
  rounded: { type: 'rectangle', x: 20, y: 30, width: 40, height: 26, cornerDiameter: 8 },
  'oval-left': { type: 'oval', x: -3, y: 1, width: 6, height: 9 },
  polygon: {
    type: 'polygon',
    points: [
      [10, 10],
      [40, 12],
      [33, 41],
      [-9, 30],
    ],
  },
  freehand: {
    type: 'freehand',
    points: [
      [5, 6],
      [9, 5],
      [14, 9],
      [12, 15],
      [6, 12],
    ],
  },
  line: { type: 'line', from: [4, 6], to: [50, 33] },
  polyline: {
    type: 'polyline',
    points: [
      [61, 50],
      [71, 87],
      [99, 99],
      [130, 92],
    ],
    strokeWidth: 3,
  },
  points: {
    type: 'points',
    points: [
      [15, 22],
      [120, 31],
      [71.5, 99.25],
    ],
  },
  ellipse: { type: 'ellipse', from: [30, 40], to: [80, 60], aspectRatio: 0.5 },
  ring: {
    type: 'composite',
    paths: [
      { start: [84, 75], steps: [{ to: [84, 93] }, { to: [53, 93] }, { to: [53, 75] }] },
      { start: [40, 61], steps: [{ to: [40, 103] }, { to: [101, 103] }, { to: [101, 61] }] },
    ],
  },
  'in-hyperstack': {
    type: 'rectangle',
    x: 1,
    y: 2,
    width: 3,
    height: 4,
    position: { channel: 1, slice: 2, frame: 0 },
  },
};

/** What the Python package read-roi makes of a file, from its test data. */
interface Expected {
  readonly type: string;
  readonly name: string;
  readonly position: number | Readonly<Record<'channel' | 'slice' | 'frame', number>>;
  readonly [field: string]: unknown;
}

/** A region in the words of read-roi. */
function inTheirWords(roi: Roi): Record<string, unknown> {
  const { name, position: { plane, ...hyper } = {} } = roi;
  const position =
    Object.keys(hyper).length > 0
      ? Object.fromEntries(Object.entries(hyper).map(([axis, place]) => [axis, place + 1]))
      : (plane ?? -1) + 1;
  const common = { name, position };
  const list = (points: readonly Point[]) => ({
    x: points.map(([x]) => x),
    y: points.map(([, y]) => y),
    n: points.length,
  });
  switch (roi.type) {
    case 'rectangle':
    case 'oval': {
      const { type, x, y, width, height } = roi;
      const corner = type === 'rectangle' ? { arc_size: roi.cornerDiameter ?? 0 } : {};
      return { ...common, type, left: x, top: y, width, height, ...corner };
    }
    case 'ellipse': {
      const [[ex1, ey1], [ex2, ey2]] = [roi.from, roi.to];
      return { ...common, type: 'freehand', ex1, ey1, ex2, ey2, aspect_ratio: roi.aspectRatio };
    }
    case 'points': {
      const { marks } = roi;
      const more = marks && {
        counters: marks.map(({ counter }) => counter),
        slices: marks.map(({ plane = -1 }) => plane + 1),
      };
      return { ...common, type: 'point', ...list(roi.points), ...more };
    }
    case 'composite': {
      const paths = roi.paths.map(({ start, steps }) => [start, ...steps.map(({ to }) => to)]);
      const [xs, ys] = [0, 1].map((axis) => paths.flat().map((point) => point[axis as 0 | 1]));
      const [left, top] = [Math.floor(Math.min(...(xs ?? []))), Math.floor(Math.min(...(ys ?? [])))];
      return { ...common, type: 'composite', paths, left, top };
    }
    case 'line':
    case 'rotated-rectangle':
      return { ...common, type: roi.type };
    default:
      return { ...common, type: roi.type, ...list(roi.points), width: roi.strokeWidth ?? 0 };
  }
}

function check(name: string): void {
  const file = `${name}.roi`;
  const json = new URL(`${name}.json`, shared);
  const roi = decodeRoi(readFileSync(new URL(file, shared)), file);
  if (!existsSync(json)) return;
  const whole: Record<string, Expected> = JSON.parse(readFileSync(json, 'utf8'));
  const { name: named, ...rest } = inTheirWords(roi);
  expect(whole[name]).toMatchObject(rest);
  // The name inside point.roi is another than that of the file, which read-roi reports there; ImageJ shows the former.
  expect(named).toBe(name === 'point' ? '0001-0077-0068' : whole[name]?.name);
}

function namesIn(folder: URL): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.roi'))
    .map((name) => name.slice(0, -4));
}

describe('decodeRoi', () => {
  it.each(Object.entries(MADE))("reads what ImageJ's encoder wrote: %s", (name, shape) => {
    const file = `${name}.roi`;
    expect(decodeRoi(readFileSync(new URL(file, fixtures)), file)).toMatchObject({ name, ...shape });
  });

  it('takes the name in the file before the name of the file', () => {
    const named = readFileSync(new URL('rectangle.roi', fixtures));
    expect(decodeRoi(named, 'folder/other.roi').name).toBe('rectangle');
    const nameless = readFileSync(new URL('polygon.roi', fixtures));
    expect(decodeRoi(nameless, 'folder/other.roi').name).toBe('other');
  });

  it('says what is wrong', () => {
    const polygon = Uint8Array.from(readFileSync(new URL('polygon.roi', fixtures)));
    expect(() => decodeRoi(polygon.subarray(0, 70), 'a.roi')).toThrow(
      'a.roi is truncated (its 4 points lie beyond its end); copy it again from its source.',
    );
    expect(() => decodeRoi(new Uint8Array(100), 'a.roi')).toThrow(ImageFileError);
    polygon[6] = 99;
    expect(() => decodeRoi(polygon, 'a.roi')).toThrow('a.roi is no ImageJ region that can be read');
  });
});

describe.skipIf(!existsSync(shared))(
  'decodeRoi of real files (skipped without the shared data folder)',
  () => {
    it.each(existsSync(shared) ? namesIn(shared) : [])('reads %s as read-roi does', (name) => check(name));

    it('reads the ends of lines', () => {
      expect(decodeRoi(readFileSync(new URL('line1.roi', shared)), 'line1.roi')).toMatchObject({
        type: 'line',
        from: [260, 52],
        to: [89, 103],
        name: 'line',
      });
      expect(decodeRoi(readFileSync(new URL('line2.roi', shared)), 'line2.roi')).toMatchObject({
        position: { channel: 0, slice: 0, frame: 0 },
      });
    });
  },
);
