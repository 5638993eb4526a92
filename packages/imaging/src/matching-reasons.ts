import { type MatchedMasks, stem } from './matching.js';

/** A file that has no partner, and why. */
export interface Unmatched {
  readonly file: string;
  /** The rest of a sentence that starts with the file: `begins with the name of no image`. */
  readonly reason: string;
}

/** Why images are without a mask and masks without an image; what is ambiguous is no part of it. */
export function unmatchedReasons({ pairs, unmatchedImages, unmatchedMasks }: MatchedMasks): {
  readonly images: readonly Unmatched[];
  readonly masks: readonly Unmatched[];
} {
  const images = unmatchedImages.map((file) => {
    const almost = unmatchedMasks.find((mask) => lower(mask).startsWith(lower(file)));
    const reason =
      almost === undefined
        ? `has no mask whose name begins with ${stem(file)}`
        : `differs from ${almost} in capital letters`;
    return { file, reason };
  });
  const maskOf = new Map(pairs.map(({ image, mask }) => [stem(image).normalize('NFC'), mask]));
  const masks = unmatchedMasks.map((file) => {
    const almost = unmatchedImages.find((image) => lower(file).startsWith(lower(image)));
    if (almost !== undefined) return { file, reason: `differs from ${almost} in capital letters` };
    const better = starts(stem(file).normalize('NFC'))
      .map((start) => maskOf.get(start))
      .find(Boolean);
    const reason =
      better === undefined ? 'begins with the name of no image' : `gives way to ${better}, which fits better`;
    return { file, reason };
  });
  return { images, masks };
}

function lower(file: string): string {
  return stem(file).normalize('NFC').toLowerCase();
}

/** All beginnings of a name, the longest first. */
function starts(name: string): string[] {
  return Array.from({ length: name.length }, (_, cut) => name.slice(0, name.length - cut));
}
