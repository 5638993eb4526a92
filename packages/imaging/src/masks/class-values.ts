import { MaskValueError } from '../errors.js';

/** Above this, the number of classes must be said: so many values are more often the numbers of objects. */
const MOST_DERIVED_CLASSES = 8;

/** The most classes there can be: masks hold one byte a pixel. */
const MOST_CLASSES = 256;

/**
 * Which mask value stands for which class, from the values of all masks of a set: entry `c` of the result is
 * the value of class `c`.
 *
 * - Values within 0..classes-1 are the classes themselves. Without `classes`, values 0, 1, 2, … without a gap.
 * - Otherwise as many values as classes are classes in ascending order: 0/255, 0/128/255, 1/2. The background
 *   0 is added where the masks lack it and it is needed: masks that are all 255 have the values 0 and 255.
 * - Without `classes`, each distinct value is a class, two at least and eight at most.
 *
 * Throws a MaskValueError that names the values when they do not fit.
 */
export function classValues(allValues: Iterable<readonly number[]>, classes?: number): number[] {
  const values = distinct(allValues);
  const highest = values.at(-1) ?? 0;
  if (values.some((value) => value < 0))
    throw misfit(values, 'are negative in part', 'number the classes from 0');
  if (classes === undefined) {
    if (highest < Math.max(2, values.length)) return indices(limited(values, Math.max(2, highest + 1)));
    const all = values.includes(0) ? values : [0, ...values];
    limited(all, all.length);
    return isRange(all) ? indices(all.length) : all;
  }
  if (highest < classes && classes <= MOST_CLASSES) return indices(classes);
  if (values.length === classes) return values;
  if (values.length === classes - 1 && !values.includes(0)) return [0, ...values];
  if (values.length > classes) throw tooMany(values, `but ${classes} classes were asked for`);
  throw misfit(
    values,
    `leave open which of the ${classes} classes they are`,
    `set classes to ${Math.max(2, values.length)}, or number the classes 0 to ${classes - 1} in the masks`,
  );
}

function indices(classes: number): number[] {
  return Array.from({ length: classes }, (_, c) => c);
}

function isRange(values: readonly number[]): boolean {
  return values.every((value, i) => value === i);
}

function distinct(allValues: Iterable<readonly number[]>): number[] {
  const values = new Set<number>();
  for (const some of allValues) for (const value of some) values.add(value);
  return [...values].sort((a, b) => a - b);
}

function limited(values: readonly number[], classes: number): number {
  if (classes > MOST_DERIVED_CLASSES)
    throw tooMany(values, 'which is more than a set of classes usually has');
  return classes;
}

function tooMany(values: readonly number[], why: string): MaskValueError {
  const remedy =
    values.length > MOST_DERIVED_CLASSES
      ? 'set classes if these are classes; if they number single objects (instance labels) or come from smoothed ' +
        'edges, save masks with one value for each class, such as 0 and 255'
      : `set classes to ${values.length}, or correct the masks that hold other values`;
  return misfit(
    values,
    `are ${values.length > MOST_CLASSES ? 'more than 256' : values.length} different ones, ${why}`,
    remedy,
  );
}

function misfit(values: readonly number[], problem: string, remedy: string): MaskValueError {
  const shown =
    values.length > 12 ? `${values.slice(0, 10).join(', ')}, … ${values.at(-1)}` : values.join(', ');
  return new MaskValueError({ file: `the values of the masks (${shown})`, problem, remedy, values });
}
