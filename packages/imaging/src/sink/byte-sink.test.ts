import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFileSink, FileWriteError } from '../node.js';
import { type MemorySink, memorySink } from './byte-sink.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sink-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** A sink, and what it holds after closing. */
async function fileSink(name: string): Promise<MemorySink> {
  const path = join(folder, name);
  const sink = await createFileSink(path);
  let bytes = new Uint8Array(0);
  const close = async () => {
    await sink.close();
    bytes = Uint8Array.from(await readFile(path));
  };
  return { ...sink, close, bytes: () => bytes };
}

describe.each([
  ['memorySink', async (name: string) => memorySink(name)],
  ['createFileSink', fileSink],
] as const)('%s', (_, create) => {
  it('keeps bytes that come in any order, with zeros between', async () => {
    const sink = await create('order.bin');
    await sink.write(6000, Uint8Array.of(5, 6));
    await sink.write(0, Uint8Array.of(1, 2));
    await sink.write(1, Uint8Array.of(3));
    await sink.close();
    const bytes = sink.bytes();
    expect(bytes.length).toBe(6002);
    expect([...bytes.subarray(0, 4), ...bytes.subarray(5998)]).toEqual([1, 3, 0, 0, 0, 0, 5, 6]);
  });
});

describe('createFileSink', () => {
  it('leaves what was there until it is closed, and nothing else when it is discarded', async () => {
    const path = join(folder, 'kept.bin');
    await writeFile(path, 'before');
    const given = await createFileSink(path);
    await given.write(0, Uint8Array.of(1));
    await given.discard();
    expect(await readFile(path, 'utf8')).toBe('before');
    expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    const closed = await createFileSink(path);
    await closed.write(0, Uint8Array.of(65));
    await closed.close();
    await closed.discard();
    expect(await readFile(path, 'utf8')).toBe('A');
  });

  it('says that the folder is missing', async () => {
    const error = await createFileSink(join(folder, 'no', 'a.tif')).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(FileWriteError);
    expect(error).toMatchObject({ remedy: 'create the folder first' });
  });
});
