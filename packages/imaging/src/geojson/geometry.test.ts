import { expect, it } from 'vitest';
import { roisFromLabels } from '../rois/from-labels.js';
import type { Point } from '../rois/roi.js';
import { geoJsonGeometry } from './geometry.js';

function geometryOf(rows: readonly string[]) {
  const width = rows[0]?.length ?? 0;
  const data = Uint32Array.from(rows.join(''), (letter) => Number(letter === '#'));
  const [roi] = roisFromLabels({ width, height: rows.length, count: 1, data });
  return roi && geoJsonGeometry(roi);
}

it('writes an object as a closed polygon', () => {
  const geometry = geometryOf(['....', '.##.', '.##.']);
  expect(geometry?.type).toBe('Polygon');
  const [ring = []] = (geometry?.coordinates ?? []) as Point[][];
  expect(ring[0]).toEqual(ring.at(-1));
  expect(new Set(ring.map(String))).toEqual(new Set(['1,1', '3,1', '3,3', '1,3']));
});

it('gives a hole to the part around it', () => {
  const geometry = geometryOf(['.......##', '.#####.##', '.#...#...', '.#.#.#...', '.#...#...', '.#####...']);
  expect(geometry?.type).toBe('MultiPolygon');
  const polygons = (geometry?.coordinates ?? []) as Point[][][];
  expect(polygons.map((polygon) => polygon.length).sort()).toEqual([1, 1, 2]);
  const ring = polygons.find((polygon) => polygon.length === 2)?.[0] ?? [];
  expect(new Set(ring.map(String))).toEqual(new Set(['1,1', '6,1', '6,6', '1,6']));
});

it('has no area of lines', () => {
  expect(geoJsonGeometry({ type: 'line', from: [0, 0], to: [3, 3] })).toBeUndefined();
});
