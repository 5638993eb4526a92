import { expect, it } from 'vitest';
import { matchMasks } from './matching.js';
import { unmatchedReasons } from './matching-reasons.js';

it('says of each file without a partner why', () => {
  const images = ['a.png', 'b.ome.tif', 'C.png'];
  const masks = ['a.tif', 'a_old.png', 'c_mask.png', 'zebra.png'];
  expect(unmatchedReasons(matchMasks(images, masks))).toEqual({
    images: [
      { file: 'b.ome.tif', reason: 'has no mask whose name begins with b' },
      { file: 'C.png', reason: 'differs from c_mask.png in capital letters' },
    ],
    masks: [
      { file: 'c_mask.png', reason: 'differs from C.png in capital letters' },
      { file: 'zebra.png', reason: 'begins with the name of no image' },
      { file: 'a_old.png', reason: 'gives way to a.tif, which fits better' },
    ],
  });
});
