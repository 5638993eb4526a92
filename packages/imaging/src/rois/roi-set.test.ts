import fc from 'fast-check';
import { unzipSync, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { ImageFileError } from '../errors.js';
import { encodeRoi } from './encode.js';
import type { Roi } from './roi.js';
import { decodeRoiSet, encodeRoiSet } from './roi-set.js';

const square = (name: string): Roi => ({ name, type: 'rectangle', x: 1, y: 2, width: 3, height: 4 });

describe('encodeRoiSet', () => {
  it('writes what decodeRoiSet reads, in order, whatever the names', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'binary', minLength: 1, maxLength: 150 }), { maxLength: 8 }),
        (names) => {
          const rois = names.map(square);
          expect(decodeRoiSet(encodeRoiSet(rois), 'a.zip')).toEqual(rois);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('names files so that every system takes them, once each', () => {
    const names = ['cell', 'Cell', 'cell', '../x/y', 'cell-1', '', '..', 'a:b'];
    expect(Object.keys(unzipSync(encodeRoiSet(names.map(square))))).toEqual([
      'cell.roi',
      'Cell-1.roi',
      'cell-2.roi',
      '_x_y.roi',
      'cell-1-1.roi',
      'roi.roi',
      'roi-1.roi',
      'a_b.roi',
    ]);
  });
});

describe('decodeRoiSet', () => {
  it('passes over other files', () => {
    const bytes = zipSync({ 'notes.txt': new Uint8Array(3), 'a.roi': encodeRoi(square('a')) });
    expect(decodeRoiSet(bytes, 'a.zip')).toEqual([square('a')]);
  });

  it('names the region that is damaged', () => {
    const bytes = zipSync({ 'a.roi': encodeRoi(square('a')), 'b.roi': new Uint8Array(80) });
    expect(() => decodeRoiSet(bytes, 'set.zip')).toThrow(
      'set.zip: b.roi is no ImageJ region that can be read (it does not begin like one)',
    );
    expect(() => decodeRoiSet(new Uint8Array(5), 'set.zip')).toThrow(ImageFileError);
  });
});
