import { describe, expect, it } from 'vitest';
import { classValues } from './class-values.js';

describe('classValues', () => {
  it.each([
    { masks: [[0, 255], [0]], values: [0, 255] },
    { masks: [[0, 1]], values: [0, 1] },
    { masks: [[0]], values: [0, 1] },
    { masks: [[]], values: [0, 1] },
    { masks: [[1]], values: [0, 1] },
    { masks: [[255]], values: [0, 255] },
    { masks: [[0, 128, 255]], values: [0, 128, 255] },
    {
      masks: [
        [0, 255],
        [0, 128],
      ],
      values: [0, 128, 255],
    },
    {
      masks: [
        [0, 2],
        [0, 1],
      ],
      values: [0, 1, 2],
    },
    { masks: [[1, 2]], values: [0, 1, 2] },
    { masks: [[0, 2]], values: [0, 2] },
  ])('derives $values from $masks', ({ masks, values }) => {
    expect(classValues(masks)).toEqual(values);
  });

  it.each([
    { masks: [[0, 2]], classes: 3, values: [0, 1, 2] },
    { masks: [[0, 255]], classes: 2, values: [0, 255] },
    { masks: [[1, 2]], classes: 2, values: [1, 2] },
    { masks: [[128, 255]], classes: 3, values: [0, 128, 255] },
    { masks: [[0, 9]], classes: 12, values: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11] },
  ])('takes $masks for $classes classes as $values', ({ masks, classes, values }) => {
    expect(classValues(masks, classes)).toEqual(values);
  });

  it('names the values when there are more than classes', () => {
    expect(() => classValues([[0, 128, 255]], 2)).toThrow(
      'the values of the masks (0, 128, 255) are 3 different ones, but 2 classes were asked for; ' +
        'set classes to 3, or correct the masks that hold other values.',
    );
  });

  it('says that many values look like the numbers of objects', () => {
    const labels = Array.from({ length: 58 }, (_, i) => i);
    expect(() => classValues([labels])).toThrow(/instance labels/);
    expect(() => classValues([labels], 2)).toThrow(/instance labels/);
  });

  it('refuses values that could be several classes', () => {
    expect(() => classValues([[0, 255]], 3)).toThrow(/leave open which of the 3 classes they are/);
    expect(() => classValues([[-1, 0]])).toThrow(/negative/);
  });
});
