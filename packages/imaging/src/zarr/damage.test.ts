import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { filesOf, storeNames } from '../../fixtures/zarr/stores.js';
import { ImageFileError } from '../errors.js';
import { openOmeZarr } from './open.js';
import { memoryStore } from './store.js';

async function readAll(files: ReadonlyMap<string, Uint8Array>): Promise<number> {
  const source = await openOmeZarr(memoryStore(files), 'picture.zarr');
  let samples = 0;
  for (const [level, { width, height }] of source.info.levels.entries()) {
    const region = { level, x: 0, y: 0, width: Math.min(width, 64), height: Math.min(height, 64) };
    samples += (await source.readRegion(region)).data.length;
  }
  return samples;
}

/** An image, or an error that names the store. */
async function expectAnswer(files: ReadonlyMap<string, Uint8Array>): Promise<void> {
  try {
    expect(await readAll(files)).toBeGreaterThan(0);
  } catch (error) {
    expect(error).toBeInstanceOf(ImageFileError);
    expect(error).toHaveProperty('file', expect.stringMatching(/^picture\.zarr/));
  }
}

describe.each([...storeNames])('%s', (name) => {
  const whole = filesOf(name);
  const keys = [...whole.keys()];

  it('truncated or changed gives an error that names it, or an image', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...keys), fc.nat(), fc.nat(255), async (key, at, value) => {
        const bytes = whole.get(key) ?? new Uint8Array();
        const place = at % (bytes.length + 1);
        await expectAnswer(new Map(whole).set(key, bytes.subarray(0, place)));
        if (place < bytes.length) await expectAnswer(new Map(whole).set(key, bytes.with(place, value)));
      }),
      { numRuns: 60 },
    );
    // What was damaged before leaves no trace in the codecs.
    expect(await readAll(whole)).toBeGreaterThan(0);
  });
});

const text = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const array = (changes: object) =>
  text({
    zarr_format: 2,
    shape: [20, 20],
    chunks: [10, 10],
    dtype: '<u2',
    compressor: null,
    filters: null,
    fill_value: 0,
    order: 'C',
    ...changes,
  });

it.each([
  ['chunks of more than 512 MB', { shape: [2e9, 2e9], chunks: [1e9, 1e9] }, /\.zarray has chunks of \d+ MB/],
  ['half floats', { dtype: '<f2' }, /16-bit floats/],
  ['structured samples', { dtype: [['r', '<u1']] }, /samples of several parts/],
  ['texts', { dtype: '<U5' }, /samples of the type/],
  ['an impossible shape', { shape: [-1, 20] }, /impossible/],
  ['three dimensions without names', { shape: [2, 20, 20], chunks: [1, 10, 10] }, /plain Zarr array of 3/],
])('refuses %s', async (_, changes, message) => {
  const files = new Map([['.zarray', array(changes)]]);
  const opening = openOmeZarr(memoryStore(files), 'picture.zarr');
  await expect(opening).rejects.toThrow(ImageFileError);
  await expect(opening).rejects.toThrow(message);
});

it('refuses a compressor that it does not know, naming it', async () => {
  const files = new Map([
    ['.zarray', array({ compressor: { id: 'bz2', level: 1 } })],
    ['0.0', new Uint8Array(9)],
  ]);
  const source = await openOmeZarr(memoryStore(files), 'picture.zarr');
  await expect(source.readRegion({ x: 0, y: 0, width: 1, height: 1 })).rejects.toThrow(/bz2/);
});

it('refuses a chunk that unpacks to gigabytes', async () => {
  const blosc = new Uint8Array(64);
  new DataView(blosc.buffer).setUint32(4, 2 ** 31 - 1, true);
  const files = new Map([
    ['.zarray', array({ compressor: { id: 'blosc', cname: 'lz4', clevel: 5, shuffle: 1 } })],
    ['0.0', blosc],
  ]);
  const source = await openOmeZarr(memoryStore(files), 'picture.zarr');
  await expect(source.readRegion({ x: 0, y: 0, width: 1, height: 1 })).rejects.toThrow(
    /chunk 0\/0, is damaged .*more than its array declares/,
  );
});

it.each([
  ['a plate', { plate: { wells: [{ path: 'B/3' }] } }, /plate .* picture\.zarr\/B\/3\/0/],
  ['a well', { well: { images: [{ path: '1' }] } }, /well .* picture\.zarr\/1/],
  ['a list of labels', { labels: ['nuclei'] }, /label pictures.* picture\.zarr\/nuclei/],
  ['a collection', { 'bioformats2raw.layout': 3 }, /collection .* picture\.zarr\/0/],
  ['a plain group', {}, /without a picture/],
  ['multiscales of nothing', { multiscales: [] }, /name no arrays/],
  ['a missing array', { multiscales: [{ axes: ['y', 'x'], datasets: [{ path: '0' }] }] }, /"0"/],
  [
    'strange axes',
    { multiscales: [{ axes: ['q', 'x'], datasets: [{ path: '0' }] }] },
    /not those of a picture/,
  ],
])('refuses %s, saying what to name', async (_, attributes, message) => {
  const files = new Map([
    ['.zgroup', text({ zarr_format: 2 })],
    ['.zattrs', text(attributes)],
  ]);
  const opening = openOmeZarr(memoryStore(files), 'picture.zarr');
  await expect(opening).rejects.toThrow(ImageFileError);
  await expect(opening).rejects.toThrow(message);
});
