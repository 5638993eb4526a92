import { expect, test } from 'vitest';
import type { Rater } from './expert-folders.js';
import { matchRaters, raterMatchLines } from './matching.js';

const images = Array.from({ length: 8 }, (_, index) => `image${index + 1}`);
const rater = (name: string, marked: readonly string[]): Rater => ({
  name,
  kind: 'expert',
  folder: name,
  files: new Map(marked.map((image) => [image, `${image}.png`])),
});
const lines = (...experts: Rater[]) =>
  raterMatchLines(matchRaters({ experts, models: [], images, problems: [], warnings: [] }), images.length);

test('who marked all images needs no word, and who did not is told with what is missing', () => {
  expect(lines(rater('ann', images), rater('bob', images))).toEqual([
    '8 images by the names of the masks, and every rater marked all of them.',
  ]);
  expect(lines(rater('ann', images), rater('bob', images.slice(6)))).toEqual([
    '8 images by the names of the masks:',
    '  ann marked 8',
    '  bob marked 2, none of image1, image2, image3, image4, image5 and 1 more',
  ]);
});
