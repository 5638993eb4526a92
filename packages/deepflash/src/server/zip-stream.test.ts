import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { expect, test } from 'vitest';
import { filesToZip, zipped } from './zip-stream.js';

test('zips the files of a folder and those within, but not what is being written', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'deepflash-zip-'));
  mkdirSync(join(folder, 'large.ome.zarr', 's0'), { recursive: true });
  mkdirSync(join(folder, '.half.ome.zarr.1.tmp'));
  const contents: Record<string, Uint8Array> = {
    'a b.png': Uint8Array.from({ length: 200_000 }, (_, i) => i * 7),
    'empty.tif': new Uint8Array(0),
    'large.ome.zarr/.zattrs': Uint8Array.of(1, 2, 3),
    'large.ome.zarr/s0/0.0': Uint8Array.of(4),
  };
  for (const [name, bytes] of Object.entries(contents)) writeFileSync(join(folder, name), bytes);
  writeFileSync(join(folder, '.half.ome.zarr.1.tmp', 'x'), 'x');
  const parts: Uint8Array[] = [];
  for await (const part of zipped(await filesToZip(folder))) parts.push(part);
  expect(unzipSync(new Uint8Array(Buffer.concat(parts)))).toEqual(contents);
});
