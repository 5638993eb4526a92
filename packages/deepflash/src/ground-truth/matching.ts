import type { FoundRaters, Rater } from './expert-folders.js';

/** Which of the images a rater marked, by the names of the masks. */
export interface RaterMatch {
  readonly name: string;
  readonly kind: Rater['kind'];
  readonly matched: number;
  /** The images without a mask of this rater. */
  readonly missing: readonly string[];
}

export function matchRaters({ experts, models, images }: FoundRaters): RaterMatch[] {
  return [...experts, ...models].map(({ name, kind, files }) => ({
    name,
    kind,
    matched: files.size,
    missing: images.filter((image) => !files.has(image)),
  }));
}

/** What the terminal says of it: a line for each rater, with a few of the images that are missing. */
export function raterMatchLines(matches: readonly RaterMatch[], images: number): string[] {
  const complete = matches.every(({ missing }) => missing.length === 0);
  const head = `${images} ${images === 1 ? 'image' : 'images'} by the names of the masks`;
  if (complete) return [`${head}, and every rater marked ${images === 1 ? 'it' : 'all of them'}.`];
  return [
    `${head}:`,
    ...matches.map(({ name, matched, missing }) => {
      const without = missing.length === 0 ? '' : `, none of ${missingText(missing)}`;
      return `  ${name} marked ${matched}${without}`;
    }),
  ];
}

/** A few of the names, and how many more. */
export function missingText(missing: readonly string[]): string {
  const more = missing.length - MOST_NAMED;
  return missing.slice(0, MOST_NAMED).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

const MOST_NAMED = 5;
