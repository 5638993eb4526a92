import { describe, expect, it } from 'vitest';
import { compareNames, matchMasks, stem } from './matching.js';

describe('stem', () => {
  it.each([
    ['a.png', 'a'],
    ['folder/sub.dir/0001_cFOS.png', '0001_cFOS'],
    ['C:\\data\\cell.OME.TIF', 'cell'],
    ['cell.ome.tiff', 'cell'],
    ['cell.v2.png', 'cell.v2'],
    ['folder/cell.ome.zarr/', 'cell'],
    ['cell.ome.jpg', 'cell.ome'],
    ['plain', 'plain'],
    ['.png', '.png'],
  ])('of %s is %s', (file, name) => {
    expect(stem(file)).toBe(name);
  });
});

describe('matchMasks', () => {
  const nothing = { pairs: [], unmatchedImages: [], unmatchedMasks: [], ambiguous: [] };

  it('gives a mask to the image whose name it begins with, and to the longest of several', () => {
    expect(matchMasks(['a.tif', 'a1.tif', 'b.tif'], ['a1_m.png', 'a_m.png', 'c.png'])).toEqual({
      ...nothing,
      pairs: [
        { image: 'a.tif', mask: 'a_m.png' },
        { image: 'a1.tif', mask: 'a1_m.png' },
      ],
      unmatchedImages: ['b.tif'],
      unmatchedMasks: ['c.png'],
    });
  });

  it('prefers the mask with the very same name', () => {
    expect(matchMasks(['a.png'], ['a_old.png', 'a.tif'])).toEqual({
      ...nothing,
      pairs: [{ image: 'a.png', mask: 'a.tif' }],
      unmatchedMasks: ['a_old.png'],
    });
  });

  it('does not take cell12 for a mask of cell1 when there is a better one', () => {
    expect(matchMasks(['cell1.png'], ['cell12_mask.png', 'cell1_mask.png']).pairs).toEqual([
      { image: 'cell1.png', mask: 'cell1_mask.png' },
    ]);
    expect(matchMasks(['cell1.png'], ['cell1mask.png']).pairs).toHaveLength(1);
  });

  it('reports masks that fit one image equally well', () => {
    expect(matchMasks(['a.png'], ['a_1.png', 'a_2.png'])).toEqual({
      ...nothing,
      ambiguous: [{ images: ['a.png'], masks: ['a_1.png', 'a_2.png'] }],
    });
  });

  it('reports images that differ only in their ending', () => {
    expect(matchMasks(['a.png', 'a.tif'], ['a_m.png'])).toEqual({
      ...nothing,
      ambiguous: [{ images: ['a.png', 'a.tif'], masks: ['a_m.png'] }],
    });
  });

  it('sees that an accented letter is the same in one piece and in two', () => {
    expect(matchMasks(['Mu\u0308ller.png'], ['M\u00fcller_mask.png']).pairs).toHaveLength(1);
  });
});

it('sorts names by character code', () => {
  expect(['b', 'a10', 'B', 'a2'].sort(compareNames)).toEqual(['B', 'a10', 'a2', 'b']);
});
