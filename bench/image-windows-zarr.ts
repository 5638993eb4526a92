/** Windows of 512x512 pixels of an OME-Zarr picture of 20,000 x 20,000 16-bit samples: writing, opening, reading. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createOmeZarr, openImageFile } from '@deepflash/imaging/node';
import { median } from './median.js';

const SIDE = 20_000;
const TILE = 2000;
const WINDOW = 512;

const folder = await mkdtemp(join(tmpdir(), 'deepflash-bench-'));
try {
  const path = join(folder, 'large.zarr');
  const writing = await seconds(() => write(path));
  console.log(`writing with all levels: ${writing.toFixed(1)} s`);
  const start = performance.now();
  const source = await openImageFile(path);
  console.log(`opening: ${(performance.now() - start).toFixed(1)} ms`);
  const times: number[] = [];
  for (let i = 0; i < 100; i++) {
    const x = (i * 7919) % (SIDE - WINDOW);
    const y = (i * 6271) % (SIDE - WINDOW);
    times.push(await seconds(() => source.readRegion({ x, y, width: WINDOW, height: WINDOW })));
  }
  const sample = await source.readRegion({ x: 4100, y: 6003, width: 1, height: 1 });
  if (sample.data[0] !== noise(3 * TILE + 100))
    throw new Error('The samples are not those that were written.');
  const [middle, worst] = [median(times), Math.max(...times)].map((time) => (1000 * time).toFixed(1));
  console.log(`window of 512 x 512: median ${middle} ms, slowest of 100 ${worst} ms`);
  console.log(`peak memory: ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`);
} finally {
  await rm(folder, { recursive: true });
}

/** Twelve bits that hardly compress, as the noise of a camera. */
function noise(i: number): number {
  return Math.imul(i, 0x9e3779b1) >>> 20;
}

async function write(path: string): Promise<void> {
  const writer = await createOmeZarr(path, { width: SIDE, height: SIDE, dtype: 'uint16' });
  const data = Uint16Array.from({ length: TILE * TILE }, (_, i) => noise(i));
  const image = { width: TILE, height: TILE, channels: 1, dtype: 'uint16', data } as const;
  for (let y = 0; y < SIDE; y += TILE) {
    for (let x = 0; x < SIDE; x += TILE) await writer.writeTile({ x, y, image });
  }
  await writer.close();
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}
