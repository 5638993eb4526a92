import fc from 'fast-check';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { ImageFileError } from '../errors.js';
import { readZip } from './zip.js';

const text = (content: string) => new TextEncoder().encode(content);
const contents = (bytes: Uint8Array) =>
  readZip(bytes, 'a.zip').map(({ name, read }) => [name, new TextDecoder().decode(read())]);

/** An archive of one entry whose header and list were changed after packing. */
function crafted(change: (view: DataView, list: number, end: number) => void, content = text('content')) {
  const bytes = zipSync({ 'name.txt': content });
  const view = new DataView(bytes.buffer);
  const end = bytes.length - 22;
  change(view, view.getUint32(end + 16, true), end);
  return bytes;
}

/** Writes the same two bytes into the entry's own header and into the list. */
function inBoth(local: number, listed: number, value: number) {
  return (view: DataView, list: number) => {
    view.setUint16(local, value, true);
    view.setUint16(list + listed, value, true);
  };
}

describe('readZip', () => {
  it('gives files in order, packed or not, without folders', () => {
    const bytes = zipSync({
      'b.txt': text('second'.repeat(100)),
      folder: { 'ä.txt': [text('deep'), { level: 0 }], empty: {} },
      'a.txt': text(''),
    });
    expect(contents(bytes)).toEqual([
      ['b.txt', 'second'.repeat(100)],
      ['folder/ä.txt', 'deep'],
      ['a.txt', ''],
    ]);
    expect(contents(zipSync({}))).toEqual([]);
  });

  it.each([
    '../up.txt',
    'folder/../../up.txt',
    '..',
    '/absolute.txt',
    'C:/drive.txt',
    'c:drive.txt',
    'folder\\file.txt',
    '\\\\server\\file',
    'line\nfeed',
  ])('refuses the name %j', (name) => {
    expect(() => readZip(zipSync({ [name]: text('x') }), 'a.zip')).toThrow(
      `a.zip holds an entry named ${JSON.stringify(name)}, which could be written outside of its folder`,
    );
  });

  it('takes names that only look alike', () => {
    const names = ['a..b.txt', '...', 'folder/..hidden', 'x/C:/y'];
    const bytes = zipSync(Object.fromEntries(names.map((name) => [name, text('x')])));
    expect(readZip(bytes, 'a.zip').map(({ name }) => name)).toEqual(names);
  });

  it.each([
    ['encrypted', inBoth(6, 8, 1), 'holds "name.txt" encrypted'],
    ['packed otherwise', inBoth(8, 10, 14), 'packed by method 14'],
    [
      'a link',
      (view: DataView, list: number) => view.setUint32(list + 38, 0xa1ff0000, true),
      'a link to another place',
    ],
    [
      'in parts',
      (view: DataView, _: number, end: number) => view.setUint16(end + 4, 1, true),
      'in several parts',
    ],
    [
      'of the large kind',
      (view: DataView, list: number) => view.setUint32(list + 24, 0xffffffff, true),
      'zip64',
    ],
    ['named twice', (view: DataView) => view.setUint8(30, 88), 'has another name in its own header'],
    [
      'without a list',
      (view: DataView, list: number) => view.setUint8(list, 0),
      'entry 1 of its list is missing',
    ],
    [
      'a liar',
      (view: DataView, list: number) => view.setUint32(list + 24, 2 ** 31, true),
      'declares 2147483648 bytes',
    ],
    [
      'too long',
      (view: DataView, list: number) => view.setUint32(list + 20, 5000, true),
      'lies outside of it',
    ],
  ])('refuses an archive that is %s', (_, change, problem) => {
    expect(() => readZip(crafted(change), 'a.zip')).toThrow(problem);
  });

  it('refuses content that is not what the archive says', () => {
    const read = (bytes: Uint8Array) => readZip(bytes, 'a.zip')[0]?.read();
    expect(() => read(crafted((view, list) => view.setUint32(list + 16, 1, true)))).toThrow(
      'a.zip is damaged (the checksum of "name.txt" is wrong)',
    );
    expect(() => read(crafted((view, list) => view.setUint32(list + 24, 9, true)))).toThrow('in place of 9');
    expect(() => read(crafted((view, list) => view.setUint32(list + 24, 3, true)))).toThrow(ImageFileError);
  });

  it('refuses entries that share their bytes', () => {
    const bytes = zipSync({ 'name.txt': text('content'), 'name.tx2': text('content') });
    const view = new DataView(bytes.buffer);
    const list = view.getUint32(bytes.length - 6, true);
    const second = list + 46 + 8;
    view.setUint32(second + 42, 0, true);
    view.setUint8(second + 46 + 7, 't'.charCodeAt(0));
    expect(() => readZip(bytes, 'a.zip')).toThrow('overlaps another entry');
  });

  it('keeps to its limits before it unpacks', () => {
    const bomb = zipSync({ 'a.txt': new Uint8Array(1e6), 'b.txt': new Uint8Array(1e6) });
    expect(() => readZip(bomb, 'a.zip', { entries: 1 })).toThrow('holds 2 entries, more than 1');
    expect(() => readZip(bomb, 'a.zip', { entryBytes: 999_999 })).toThrow('unpacks to 1000000 bytes or more');
    expect(() => readZip(bomb, 'a.zip', { totalBytes: 1_999_999 })).toThrow(
      'unpacks to 2000000 bytes or more',
    );
    expect(() => readZip(bomb, 'a.zip', { ratio: 100 })).toThrow('declares 1000000 bytes');
    expect(readZip(bomb, 'a.zip').length).toBe(2);
  });

  it('says what is no archive, and what is cut off', () => {
    expect(() => readZip(text('no archive at all'), 'a.zip')).toThrow(
      'a.zip is no ZIP archive; name a .zip file.',
    );
    const bytes = zipSync({ 'name.txt': text('content') });
    expect(() => readZip(bytes.subarray(0, bytes.length - 1), 'a.zip')).toThrow('a.zip is truncated');
  });

  it('meets damaged archives with an ImageFileError or their content, never with anything else', () => {
    const bytes = zipSync({
      'a.txt': text('content'.repeat(50)),
      folder: { 'b.txt': [text('stored'), { level: 0 }] },
    });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }),
        fc.option(fc.nat(bytes.length)),
        (changes, cut) => {
          const damaged = bytes.slice(0, cut ?? bytes.length);
          for (const [at, value] of changes) damaged[at % bytes.length] = value;
          try {
            contents(damaged);
          } catch (error) {
            expect(error).toBeInstanceOf(ImageFileError);
          }
        },
      ),
      { numRuns: 3000 },
    );
  });
});
