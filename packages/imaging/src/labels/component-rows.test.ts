import fc from 'fast-check';
import { expect, test } from 'vitest';
import { componentCounter, numberRows } from './component-rows.js';
import { findClassObjects } from './find-objects.js';
import { measureObjects } from './measure.js';

const masks = fc
  .record({ width: fc.integer({ min: 1, max: 14 }), height: fc.integer({ min: 1, max: 14 }) })
  .chain((size) =>
    fc
      .array(fc.constantFrom(0, 0, 1, 1, 2), {
        minLength: size.width * size.height,
        maxLength: size.width * size.height,
      })
      .map((values) => ({ ...size, classes: 3, data: Uint8Array.from(values) })),
  );

test('rows that pass by twice give the objects of the whole mask', () => {
  fc.assert(
    fc.property(masks, (mask) => {
      const { width, height, data } = mask;
      const row = (y: number) => data.slice(y * width, (y + 1) * width);
      const values = Float32Array.from(data, (_, i) => i % 7);
      const counter = componentCounter(width);
      for (let y = 0; y < height; y++) counter.addRow(row(y), values.subarray(y * width, (y + 1) * width));
      const { objects, objectOf } = counter.result();
      const numbering = numberRows(width);
      const numbers = new Uint32Array(width);
      const labels = new Uint32Array(width * height);
      for (let y = 0; y < height; y++) {
        numbering(row(y), numbers);
        labels.set(
          numbers.map((number) => objectOf[number] as number),
          y * width,
        );
      }
      const found = findClassObjects(mask);
      // The whole mask numbers one class after the other, rows number them as they come.
      const pairs = new Set(labels.map((label, i) => label * 1000 + (found.labels.data[i] as number)));
      expect(objects).toHaveLength(found.labels.count);
      expect(pairs.size).toBe(new Set(labels).size);
      const expected = measureObjects(found.labels, {
        width,
        height,
        channels: 1,
        dtype: 'float32',
        data: values,
      });
      for (const pair of pairs) {
        const object = objects[Math.floor(pair / 1000) - 1];
        const known = expected[(pair % 1000) - 1];
        if (object === undefined || known === undefined) continue;
        expect(object.class).toBe(found.classes[(pair % 1000) - 1]);
        expect(object.area).toBe(known.area);
        expect(object.box).toEqual(known.box);
        expect(object.centroid.x).toBeCloseTo(known.centroid.x, 9);
        expect(object.centroid.y).toBeCloseTo(known.centroid.y, 9);
        expect(object.mean).toBeCloseTo(known.intensities[0]?.mean ?? Number.NaN, 6);
      }
    }),
  );
});

test('what is not kept has no number, and the others are counted on', () => {
  const counter = componentCounter(5);
  counter.addRow(Uint8Array.of(1, 0, 1, 1, 0), new Float32Array(5));
  counter.addRow(Uint8Array.of(0, 0, 0, 0, 0), new Float32Array(5));
  counter.addRow(Uint8Array.of(1, 1, 0, 0, 1), new Float32Array(5));
  const { objects, objectOf } = counter.result(({ area }) => area > 1);
  expect(objects.map(({ area }) => area)).toEqual([2, 2]);
  expect([...objectOf]).toEqual([0, 0, 1, 2, 0]);
});
