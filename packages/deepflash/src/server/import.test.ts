import { encodeLabels, encodePng, encodeRoi, encodeRoiSet, type Image, type Roi } from '@deepflash/imaging';
import { strToU8, zipSync } from 'fflate';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Received } from '../project/uploads.js';
import { files, openTestStudio, type TestStudio } from '../testing/studio.js';

const SIDE = 16;

function grey(value: (x: number, y: number) => number): Image {
  const data = Uint8Array.from({ length: SIDE * SIDE }, (_, i) => value(i % SIDE, Math.floor(i / SIDE)));
  return { width: SIDE, height: SIDE, channels: 1, dtype: 'uint8', data };
}

const picture = encodePng(grey((x, y) => x * y));
/** A square of 4 x 4 at 2, 3. */
const isSquare = (x: number, y: number): boolean => x >= 2 && x < 6 && y >= 3 && y < 7;
const square: Roi = { name: 'square', type: 'rectangle', x: 2, y: 3, width: 4, height: 4 };
const corners = [
  [2, 3],
  [6, 3],
  [6, 7],
  [2, 7],
  [2, 3],
];

let studio: TestStudio;
beforeAll(async () => {
  studio = await openTestStudio();
  const body = files(['a.png', picture], ['b.png', picture]);
  await studio.ask('/api/images', { method: 'POST', body });
});
afterAll(() => studio.close());

async function bring(
  path: string,
  ...uploads: readonly (readonly [string, Uint8Array])[]
): Promise<Received> {
  const response = await studio.ask(path, { method: 'POST', body: files(...uploads) });
  return (await response.json()) as Received;
}

async function drawn(expert: string, image: string): Promise<number[]> {
  const response = await studio.ask(`/api/labels/${expert}/${image}`);
  return [...new Uint8Array(await response.arrayBuffer())];
}

const wanted = [...grey((x, y) => (isSquare(x, y) ? 1 : 0)).data];
const geojson = strToU8(
  JSON.stringify({
    type: 'FeatureCollection',
    features: [{ type: 'Feature', geometry: { type: 'Polygon', coordinates: [corners] }, properties: {} }],
  }),
);

test.each([
  ['a mask of 0 and 255', 'a_mask.png', encodePng(grey((x, y) => (isSquare(x, y) ? 255 : 0)))],
  ['numbered objects', 'a.tif', encodeLabels({ width: SIDE, height: SIDE, data: Uint32Array.from(wanted) })],
  ['a ROI set of ImageJ', 'a.zip', encodeRoiSet([square])],
  ['one ROI of ImageJ', 'a.roi', encodeRoi(square)],
  ['GeoJSON of QuPath', 'a.geojson', geojson],
  ['a zip of masks', 'all.zip', zipSync({ 'a.png': encodePng(grey((x, y) => (isSquare(x, y) ? 255 : 0))) })],
])('%s becomes a drawing of its image', async (kind, name, bytes) => {
  const expert = kind.replaceAll(' ', '-');
  const { added, refused } = await bring(`/api/experts/${expert}/masks`, [name, bytes]);
  expect(refused).toEqual([]);
  expect(added.map(({ image }) => image)).toEqual(['a']);
  expect(await drawn(expert, 'a')).toEqual(wanted);
});

test('a folder of experts brings each their own drawings', async () => {
  const mask = encodePng(grey((x, y) => (isSquare(x, y) ? 255 : 0)));
  const { added } = await bring('/api/masks', ['experts/Ada/a.png', mask], ['experts/Ben/b.png', mask]);
  expect(added.map(({ expert, image }) => `${expert} ${image}`)).toEqual(['Ada a', 'Ben b']);
});

test('what does not fit is told with the reason, and what is drawn already is kept', async () => {
  const mask = encodePng(grey(() => 0));
  await bring('/api/experts/Dora/masks', ['a.png', mask]);
  const { added, refused } = await bring(
    '/api/experts/Dora/masks',
    ['a.png', mask],
    ['c.png', mask],
    ['b.png', encodePng({ ...grey(() => 0), width: 8, height: 32 })],
    ['b.geojson', strToU8('{}')],
  );
  expect(added).toEqual([]);
  expect(refused.map(({ problem }) => problem)).toEqual([
    'a.png: there is a drawing of a by Dora already.',
    'c.png begins with the name of no image of the project.',
    'b.png has 8 x 32 pixels, and its image 16 x 16.',
    'b.geojson holds no polygons of GeoJSON: export the annotations of QuPath as GeoJSON.',
  ]);
});

test('a classification of GeoJSON that is a class of the project is kept', async () => {
  await studio.post('/api/classes', { classes: ['background', 'cell', 'vessel'] });
  const text = new TextDecoder().decode(geojson).replace('{}', '{"classification":{"name":"vessel"}}');
  await bring('/api/experts/Eve/masks', ['a.geojson', strToU8(text)]);
  expect(await drawn('Eve', 'a')).toEqual(wanted.map((value) => 2 * value));
});

test('a mask of class numbers keeps them, also where it lacks some', async () => {
  await studio.post('/api/classes', { classes: ['background', 'cell', 'vessel'] });
  await bring('/api/experts/Flo/masks', ['a.png', encodePng(grey((x, y) => (isSquare(x, y) ? 2 : 0)))]);
  expect(await drawn('Flo', 'a')).toEqual(wanted.map((value) => 2 * value));
  await bring('/api/experts/Flo/masks', ['b.png', encodePng(grey((x, y) => (isSquare(x, y) ? 255 : 0)))]);
  expect(await drawn('Flo', 'b')).toEqual(wanted);
});
