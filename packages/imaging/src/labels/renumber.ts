import type { LabelImage } from './connected-components.js';

/** The objects that a condition on their old numbers keeps, counted anew in the order of their first pixels. */
export function renumbered(labels: LabelImage, keep: (label: number) => boolean): LabelImage {
  const { width, height, data } = labels;
  const numbers = new Map<number, number>([[0, 0]]);
  let count = 0;
  const numberOf = (label: number): number => {
    const known = numbers.get(label);
    if (known !== undefined) return known;
    const number = keep(label) ? ++count : 0;
    numbers.set(label, number);
    return number;
  };
  const result = new Uint32Array(data.length);
  let label = 0;
  let number = 0;
  for (let i = 0; i < data.length; i++) {
    const here = data[i] as number;
    if (here !== label) {
      label = here;
      number = numberOf(here);
    }
    result[i] = number;
  }
  return { width, height, count, data: result };
}
