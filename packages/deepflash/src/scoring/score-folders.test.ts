import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodePng, encodeTiff } from '@deepflash/imaging';
import { beforeEach, expect, test } from 'vitest';
import { readColourTable } from '../masks/colour-table.js';
import { scoreFolders } from './score-folders.js';

let predictions = '';
let masks = '';
beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), 'deepflash-'));
  predictions = join(folder, 'predictions');
  masks = join(folder, 'masks');
  mkdirSync(predictions);
  mkdirSync(masks);
});

const row = (values: readonly number[]) =>
  encodePng({ width: values.length, height: 1, channels: 1, dtype: 'uint8', data: new Uint8Array(values) });

test('masks with other values for the same classes are compared', async () => {
  writeFileSync(join(predictions, 'a.png'), row([0, 255, 255, 255, 0, 0]));
  writeFileSync(join(masks, 'a_truth.png'), row([0, 1, 1, 0, 0, 0]));
  const scores = await scoreFolders({ predictions, masks, content: 'classes', classes: null });
  expect(scores).toMatchObject({ images: 1, dice: 0.8, iou: 2 / 3, ap50: 1 });
  expect(scores.map).toBeCloseTo(0.4);
});

test('what the true masks leave out counts in no score', async () => {
  writeFileSync(join(predictions, 'a.png'), row([0, 255, 255, 0, 255, 255]));
  writeFileSync(join(masks, 'a.png'), row([0, 1, 1, 0, 9, 9]));
  const options = { predictions, masks, content: 'classes', classes: null } as const;
  expect(await scoreFolders({ ...options, ignored: [9] })).toMatchObject({ classes: 2, dice: 1, ap50: 1 });
  const data = Uint8Array.from([0, 0xff0000, 0xff0000, 0, 0xff, 0xff].flatMap((c) => [c >> 16, 0, c & 255]));
  writeFileSync(join(masks, 'a.png'), encodePng({ width: 6, height: 1, channels: 3, dtype: 'uint8', data }));
  const colours = await readColourTable('black=0,red=1,blue=ignored');
  expect(await scoreFolders({ ...options, colours })).toMatchObject({ dice: 1, ap50: 1 });
  writeFileSync(join(predictions, 'a.png'), row([0, 1, 1, 0, 2, 3]));
  writeFileSync(join(masks, 'a.png'), row([0, 4, 4, 0, 9, 9]));
  const numbered = await scoreFolders({ ...options, content: 'instances', ignored: [9] });
  expect(numbered.results).toMatchObject([{ objectsPredicted: 1, objectsTrue: 1, map: 1 }]);
});

test('touching objects are kept apart where values number them', async () => {
  const labels = (values: readonly number[]) =>
    encodeTiff({
      width: values.length,
      height: 1,
      channels: 1,
      dtype: 'uint16',
      data: new Uint16Array(values),
    });
  writeFileSync(join(predictions, 'a.tif'), labels([0, 1, 1, 1, 1, 0]));
  writeFileSync(join(masks, 'a.tif'), labels([0, 1, 1, 9, 9, 300]));
  const scores = await scoreFolders({ predictions, masks, content: 'instances', classes: null });
  expect(scores.results).toMatchObject([{ objectsPredicted: 1, objectsTrue: 3, ap50: 1 / 3 }]);
});

test('a mask of foreground is no mask of numbered objects, and what may be left out is told', async () => {
  writeFileSync(join(predictions, 'a.png'), row([0, 1, 1, 0, 2, 3]));
  writeFileSync(join(masks, 'a.png'), row([255, 0, 255, 0, 255, 0]));
  await expect(scoreFolders({ predictions, masks, content: 'instances', classes: null })).rejects.toThrow(
    /3 regions have the same value 255\); leave out --instances/,
  );
  writeFileSync(join(predictions, 'a.png'), row([0, 255, 255, 0, 0, 0]));
  writeFileSync(join(masks, 'a.png'), row([0, 1, 1, 0, 9, 9]));
  await expect(scoreFolders({ predictions, masks, content: 'classes', classes: null })).rejects.toThrow(
    /name it with --ignore/,
  );
});

test('what has no partner is left out and named, another size is a fault', async () => {
  writeFileSync(join(predictions, 'a.png'), row([0, 255]));
  writeFileSync(join(predictions, 'b.png'), row([0, 255]));
  writeFileSync(join(masks, 'a.png'), row([0, 255]));
  const options = { predictions, masks, content: 'classes', classes: null } as const;
  expect((await scoreFolders(options)).matching).toEqual({
    matched: 1,
    unmatched: [{ file: 'b.png', reason: 'has no mask whose name begins with b' }],
  });
  writeFileSync(join(masks, 'b.png'), row([0, 255, 0]));
  await expect(scoreFolders(options)).rejects.toThrow(
    /b\.png has 2 x 1 pixels, but its mask b\.png has 3 x 1/,
  );
});

test('objects are of one class, and those of another class are not found', async () => {
  const touching = row([0, 1, 1, 2, 2, 0]);
  writeFileSync(join(masks, 'a.png'), touching);
  writeFileSync(join(predictions, 'a.png'), touching);
  const options = { predictions, masks, content: 'classes', classes: 3 } as const;
  const [same] = (await scoreFolders(options)).results;
  expect(same).toMatchObject({ objectsPredicted: 2, objectsTrue: 2, map: 1, panopticQuality: 1 });
  writeFileSync(join(predictions, 'a.png'), row([0, 2, 2, 1, 1, 0]));
  const [mixedUp] = (await scoreFolders(options)).results;
  expect(mixedUp).toMatchObject({ objectsPredicted: 2, ap50: 0, panopticQuality: 0, countError: 0 });
  expect(mixedUp?.aggregatedJaccardIndex).toBe(0);
});

test.each([
  ['many', [1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 8, 0, 9, 0, 10]],
  ['few', [1, 1, 0, 2, 2, 0, 3]],
])('true masks that number %s objects are told to be such', async (_, numbers) => {
  writeFileSync(join(masks, 'a.png'), row(numbers));
  writeFileSync(join(predictions, 'a.png'), row(numbers.map((number) => (number === 0 ? 0 : 255))));
  for (const classes of [null, 2, 3]) {
    const scored = scoreFolders({ predictions, masks, content: 'classes', classes });
    await expect(scored).rejects.toThrow(/seem to number single objects: if so, give --instances/);
  }
  const numbered = scoreFolders({ predictions, masks, content: 'instances', classes: null });
  await expect(numbered).rejects.toThrow(/regions have the same value 255.* in its folder instances/);
});

test('every class and every measure has a number, and none is no number', async () => {
  // Class 2 is missed in the first image; the second has nothing and finds nothing.
  writeFileSync(join(predictions, 'a.png'), row([0, 1, 1, 0, 0, 0]));
  writeFileSync(join(masks, 'a.png'), row([0, 1, 0, 2, 0, 0]));
  writeFileSync(join(predictions, 'b.png'), row([0, 0]));
  writeFileSync(join(masks, 'b.png'), row([0, 0]));
  const { results, means } = await scoreFolders({ predictions, masks, content: 'classes', classes: 3 });
  expect(results[0]).toMatchObject({
    dice: 1 / 3,
    sensitivity: 1 / 2,
    precision: 3 / 4,
    hausdorff95: null,
    perClass: [
      { dice: 2 / 3, precision: 1 / 2, surfaceDistance: 1 / 3 },
      { dice: 0, sensitivity: 0, hausdorff95: null },
    ],
  });
  expect(results[1]).toMatchObject({ dice: 1, hausdorff95: 0, ap50: 1, panopticQuality: 1, countError: 0 });
  expect(means).toMatchObject({ dice: 2 / 3, surfaceDistance: 0 });
});
