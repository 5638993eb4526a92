import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ImageFileError } from '../errors.js';
import { decodeRoi } from './decode.js';
import type { Point, Roi } from './roi.js';

const fixtures = new URL('../../fixtures/imagej-roi/', import.meta.url);
const shared = new URL('../../../../../shared/data/formats/imagej-roi/', import.meta.url);

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

function check(folder: URL, name: string): void {
  const file = `${name}.roi`;
  const json = new URL(`${name}.json`, folder);
  const roi = decodeRoi(readFileSync(new URL(file, folder)), file);
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
  it.each(namesIn(fixtures))('reads %s as read-roi does', (name) => check(fixtures, name));

  it('takes the name in the file before the name of the file', () => {
    const named = readFileSync(new URL('rectangle.roi', fixtures));
    expect(decodeRoi(named, 'folder/other.roi').name).toBe('rectangle');
    const nameless = readFileSync(new URL('polygon-left.roi', fixtures));
    expect(decodeRoi(nameless, 'folder/other.roi').name).toBe('other');
  });

  it('says what is wrong', () => {
    const polygon = Uint8Array.from(readFileSync(new URL('polygon-left.roi', fixtures)));
    expect(() => decodeRoi(polygon.subarray(0, 70), 'a.roi')).toThrow(
      'a.roi is truncated (its 6 points lie beyond its end); copy it again from its source.',
    );
    expect(() => decodeRoi(new Uint8Array(100), 'a.roi')).toThrow(ImageFileError);
    polygon[6] = 99;
    expect(() => decodeRoi(polygon, 'a.roi')).toThrow('a.roi is no ImageJ region that can be read');
  });
});

describe.skipIf(!existsSync(shared))(
  'decodeRoi of real files (skipped without the shared data folder)',
  () => {
    it.each(existsSync(shared) ? namesIn(shared) : [])('reads %s as read-roi does', (name) =>
      check(shared, name),
    );

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
