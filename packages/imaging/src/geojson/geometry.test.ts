import { expect, it } from 'vitest';
import { roisFromLabels } from '../rois/from-labels.js';
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
  expect(geometry?.coordinates).toEqual([
    [
      [1, 1],
      [3, 1],
      [3, 3],
      [1, 3],
      [1, 1],
    ],
  ]);
});

it('gives a hole to the part around it', () => {
  const geometry = geometryOf(['.......##', '.#####.##', '.#...#...', '.#.#.#...', '.#...#...', '.#####...']);
  expect(geometry?.type).toBe('MultiPolygon');
  const polygons = geometry?.coordinates as number[][][][];
  expect(polygons.map((polygon) => polygon.length).sort()).toEqual([1, 1, 2]);
  expect(polygons.find((polygon) => polygon.length === 2)?.[0]?.[0]).toEqual([1, 1]);
});

it('has no area of lines', () => {
  expect(geoJsonGeometry({ type: 'line', from: [0, 0], to: [3, 3] })).toBeUndefined();
});
