/**
 * `node bench/dist/image-windows.js [COUNT]`, which prints JSON; a process of its own, for its peak memory.
 *
 * Windows of 512 x 512 pixels of a picture of 20,000 x 20,000 (uint16, 800 MB unpacked) that never enters memory whole:
 * once in deflated tiles, once uncompressed in strips of one row.
 */
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { openImageFile } from '@deepflash/imaging/node';
import { median } from './median.js';

const SIDE = 20_000;
const TILE = 256;
const WINDOW = 512;

export interface WindowTimes {
  readonly work: string;
  /** Seconds. */
  readonly open: number;
  readonly median: number;
  readonly slowest: number;
  /** Of this process so far. */
  readonly peakMB: number;
}

/** Times windows all over the picture, `count` of them for each way in which it is stored. */
async function timeImageWindows(count: number): Promise<WindowTimes[]> {
  const folder = await mkdtemp(join(tmpdir(), 'windows-'));
  try {
    const results: WindowTimes[] = [];
    for (const [name, write] of [
      ['deflated tiles of 256', writeTiles],
      ['uncompressed rows', writeRows],
    ] as const) {
      const path = join(folder, 'large.tif');
      await write(path);
      results.push({
        work: `window of 20,000 x 20,000 uint16, ${name}`,
        ...(await timeWindows(path, count)),
      });
    }
    return results;
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function timeWindows(path: string, count: number): Promise<Omit<WindowTimes, 'work'>> {
  const start = performance.now();
  const picture = await openImageFile(path);
  const opened = (performance.now() - start) / 1000;
  const times: number[] = [];
  for (let i = 0; i < count; i++) {
    // Steps of the golden ratio, which come everywhere and nowhere twice.
    const x = Math.floor(((i * 0.618034) % 1) * (SIDE - WINDOW));
    const y = Math.floor(((i * 0.754878) % 1) * (SIDE - WINDOW));
    const before = performance.now();
    const { data } = await picture.readRegion({ x, y, width: WINDOW, height: WINDOW });
    times.push((performance.now() - before) / 1000);
    if (data[0] !== valueAt(x, y)) throw new Error(`The window at ${x}, ${y} holds ${data[0]}.`);
  }
  await picture.close();
  const peakMB = Math.round(process.resourceUsage().maxRSS / 1024);
  return { open: opened, median: median(times), slowest: Math.max(...times), peakMB };
}

/** Each tile has one value, so that files are made fast. */
function valueAt(x: number, y: number): number {
  return (Math.floor(x / TILE) * 131 + Math.floor(y / TILE) * 17 + 1) % 65_536;
}

async function writeTiles(path: string): Promise<void> {
  const across = Math.ceil(SIDE / TILE);
  const blocks = Array.from({ length: across * across }, (_, i) => {
    const value = valueAt((i % across) * TILE, Math.floor(i / across) * TILE);
    return deflateSync(new Uint16Array(TILE * TILE).fill(value));
  });
  await writeTiff(path, blocks, {
    compression: 8,
    block: [
      [322, TILE],
      [323, TILE],
    ],
    tags: [324, 325],
  });
}

async function writeRows(path: string): Promise<void> {
  // The rows of a row of tiles are equal.
  const rows = Array.from({ length: Math.ceil(SIDE / TILE) }, (_, row) => {
    const values = Uint16Array.from({ length: SIDE }, (_, x) => valueAt(x, row * TILE));
    return new Uint8Array(values.buffer);
  });
  const blocks = Array.from({ length: SIDE }, (_, y) => rows[Math.floor(y / TILE)] ?? new Uint8Array(0));
  await writeTiff(path, blocks, { compression: 1, block: [[278, 1]], tags: [273, 279] });
}

interface Form {
  readonly compression: number;
  readonly block: readonly (readonly [number, number])[];
  /** Of the places and sizes of strips or tiles. */
  readonly tags: readonly [number, number];
}

/** A little-endian TIFF of one page: header, strips or tiles, their places and sizes, the directory. */
async function writeTiff(
  path: string,
  blocks: readonly Uint8Array[],
  { compression, block, tags }: Form,
): Promise<void> {
  const file = await open(path, 'w');
  try {
    let at = 8;
    const places = new Uint32Array(blocks.length);
    for (const [i, bytes] of blocks.entries()) {
      places[i] = at;
      await file.write(bytes, 0, bytes.length, at);
      at += bytes.length;
    }
    const lists = at;
    await file.write(new Uint8Array(places.buffer), 0, places.byteLength, lists);
    const sizes = Uint32Array.from(blocks, (bytes) => bytes.length);
    await file.write(new Uint8Array(sizes.buffer), 0, sizes.byteLength, lists + places.byteLength);
    const directory = lists + 2 * places.byteLength;
    const plain = [
      [256, SIDE],
      [257, SIDE],
      [258, 16],
      [259, compression],
      [262, 1],
      [277, 1],
      ...block,
    ] as const;
    const entries = [
      ...plain.map(([tag, value]) => [tag, 1, value] as const),
      [tags[0], blocks.length, lists] as const,
      [tags[1], blocks.length, lists + places.byteLength] as const,
    ].sort((a, b) => a[0] - b[0]);
    const view = new DataView(new ArrayBuffer(2 + 12 * entries.length + 4));
    view.setUint16(0, entries.length, true);
    for (const [i, [tag, count, value]] of entries.entries()) {
      view.setUint16(2 + 12 * i, tag, true);
      view.setUint16(4 + 12 * i, 4, true);
      view.setUint32(6 + 12 * i, count, true);
      view.setUint32(10 + 12 * i, value, true);
    }
    await file.write(new Uint8Array(view.buffer), 0, view.byteLength, directory);
    const head = new DataView(new ArrayBuffer(8));
    head.setUint32(0, 0x002a4949, true);
    head.setUint32(4, directory, true);
    await file.write(new Uint8Array(head.buffer), 0, 8, 0);
  } finally {
    await file.close();
  }
}

console.log(JSON.stringify(await timeImageWindows(Number(process.argv[2] ?? 100))));
