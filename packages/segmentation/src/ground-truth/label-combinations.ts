/**
 * What several raters said about the same pixels, counted. A pixel's consensus depends only on the labels
 * that the raters gave it, and an image holds few different combinations of labels: two classes and five
 * raters make 32 of them for a million pixels. So they are found once, and all further work is done on them.
 */

import { appendDigits, countBytes, largestByte, mapBytes } from './label-bytes.js';

/** The different combinations of labels in the ratings of one image. */
export interface LabelCombinations {
  readonly raters: number;
  readonly classes: number;
  /** The label that rater k gave in combination c, at `c * raters + k`. */
  readonly labels: Uint8Array;
  /** The number of pixels of each combination. */
  readonly counts: Float64Array;
  /** The combination of each pixel; bytes where these suffice. */
  readonly ofPixel: Uint8Array | Uint32Array;
}

/** Tables of more keys than this are not worth their memory; keys are then renumbered. */
const TABLE_LIMIT = 1 << 20;
const ABSENT = 0xffffffff;

/**
 * Finds and counts the combinations of labels.
 *
 * @param ratings one label per pixel from each rater, 0 to `classes - 1`
 * @throws RangeError when there is no rating, when the ratings differ in length, when a rating holds a label
 * that is not below `classes`, or when `classes` is not an integer from 1 to 256.
 */
export function labelCombinations(ratings: readonly Uint8Array[], classes: number): LabelCombinations {
  checkRatings(ratings, classes);
  return classes ** ratings.length <= 256
    ? combinationsInBytes(ratings, classes)
    : combinationsInWords(ratings, classes);
}

/** With at most 256 possible combinations, each is a number of one byte whose digits are the labels. */
function combinationsInBytes(ratings: readonly Uint8Array[], classes: number): LabelCombinations {
  const raters = ratings.length;
  const keys = new Uint8Array(ratings[0]?.length ?? 0);
  for (const rating of ratings) appendDigits(keys, classes, rating);
  const occurrences = new Uint32Array(256);
  countBytes(keys, occurrences);
  const found = [...occurrences.keys()].filter((key) => occurrences[key] !== 0);
  const numbers = new Uint8Array(256);
  for (const [number, key] of found.entries()) numbers[key] = number;
  return {
    raters,
    classes,
    labels: Uint8Array.from(
      found.flatMap((key) => ratings.map((_, k) => Math.floor(key / classes ** (raters - 1 - k)) % classes)),
    ),
    counts: Float64Array.from(found, (key) => occurrences[key] as number),
    ofPixel: found.length === classes ** raters ? keys : mapBytes(keys, numbers),
  };
}

/** With more, the numbers of the combinations of the first raters are made small again before they grow too large. */
function combinationsInWords(ratings: readonly Uint8Array[], classes: number): LabelCombinations {
  const raters = ratings.length;
  const pixels = ratings[0]?.length ?? 0;
  const keys = new Uint32Array(pixels);
  // `keys` holds numbers below `range`; `known` are the combinations of the first raters by number, if renumbered.
  let known: Uint8Array = new Uint8Array(0);
  let knownRaters = 0;
  let range = 1;
  for (const [k, rating] of ratings.entries()) {
    if (range * classes > TABLE_LIMIT) renumber(k);
    appendLabel(keys, rating, classes);
    range *= classes;
  }
  const counts = renumber(raters);
  return { raters, classes, labels: known, counts, ofPixel: keys };

  /** Numbers the keys that occur 0, 1, 2 … in ascending order of their keys. */
  function renumber(readRaters: number): Float64Array {
    const found = countKeys(keys, range);
    const labels = new Uint8Array(found.keys.length * readRaters);
    for (const [number, key] of found.keys.entries()) {
      let rest = key;
      for (let k = readRaters - 1; k >= knownRaters; k--) {
        labels[number * readRaters + k] = rest % classes;
        rest = Math.floor(rest / classes);
      }
      labels.set(known.subarray(rest * knownRaters, (rest + 1) * knownRaters), number * readRaters);
    }
    found.replaceByNumber(keys);
    known = labels;
    knownRaters = readRaters;
    range = found.keys.length;
    return found.counts;
  }
}

function checkRatings(ratings: readonly Uint8Array[], classes: number): void {
  const [first] = ratings;
  if (first === undefined) throw new RangeError('There is no rating.');
  if (!(Number.isInteger(classes) && classes >= 1 && classes <= 256)) {
    throw new RangeError(`The number of classes must be an integer from 1 to 256, not ${classes}.`);
  }
  for (const [k, rating] of ratings.entries()) {
    if (rating.length !== first.length) {
      throw new RangeError(`Rating ${k + 1} has ${rating.length} pixels, the first one ${first.length}.`);
    }
    const largest = largestByte(rating);
    if (largest >= classes) {
      throw new RangeError(`Rating ${k + 1} holds label ${largest}, but there are ${classes} classes.`);
    }
  }
}

/** Makes each key the number whose last digit, in base `classes`, is the label. */
function appendLabel(keys: Uint32Array, rating: Uint8Array, classes: number): void {
  for (let i = 0; i < keys.length; i++) keys[i] = (keys[i] as number) * classes + (rating[i] as number);
}

interface FoundKeys {
  /** The keys that occur, in ascending order. */
  readonly keys: readonly number[];
  readonly counts: Float64Array;
  readonly replaceByNumber: (keys: Uint32Array) => void;
}

function countKeys(keys: Uint32Array, range: number): FoundKeys {
  return range <= TABLE_LIMIT ? countInTable(keys, range) : countInMap(keys);
}

function countInTable(keys: Uint32Array, range: number): FoundKeys {
  const occurrences = new Uint32Array(range);
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] as number;
    occurrences[key] = (occurrences[key] as number) + 1;
  }
  const found: number[] = [];
  const numbers = new Uint32Array(range).fill(ABSENT);
  for (let key = 0; key < range; key++) {
    if (occurrences[key] !== 0) numbers[key] = found.push(key) - 1;
  }
  return {
    keys: found,
    counts: Float64Array.from(found, (key) => occurrences[key] as number),
    replaceByNumber: (all) => {
      for (let i = 0; i < all.length; i++) all[i] = numbers[all[i] as number] as number;
    },
  };
}

function countInMap(keys: Uint32Array): FoundKeys {
  const occurrences = new Map<number, number>();
  for (const key of keys) occurrences.set(key, (occurrences.get(key) ?? 0) + 1);
  const found = [...occurrences.keys()].sort((a, b) => a - b);
  const numbers = new Map(found.map((key, number) => [key, number]));
  return {
    keys: found,
    counts: Float64Array.from(found, (key) => occurrences.get(key) ?? 0),
    replaceByNumber: (all) => {
      for (let i = 0; i < all.length; i++) all[i] = numbers.get(all[i] as number) ?? ABSENT;
    },
  };
}
