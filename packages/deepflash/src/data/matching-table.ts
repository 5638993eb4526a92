import { type MatchedMasks, type Unmatched, unmatchedReasons } from '@deepflash/imaging';

/** How the files of two folders were matched by name. */
export interface MatchingTable {
  readonly matched: number;
  /** Files without a partner: of the first folder, then of the second. */
  readonly unmatched: readonly Unmatched[];
}

export function matchingTable(matched: MatchedMasks): MatchingTable {
  const { images, masks } = unmatchedReasons(matched);
  return { matched: matched.pairs.length, unmatched: [...images, ...masks] };
}

/** What the terminal says of it: `24 images have masks.`, and each file without a partner, not more than a few. */
export function matchingLines({ matched, unmatched }: MatchingTable, things: MatchedThings): string[] {
  const [thing, partner] = [things.each, things.partner].map(([one, several]) =>
    matched === 1 ? one : several,
  );
  const verb = matched === 1 ? 'has its' : 'have their';
  const head = `${matched} ${thing} ${verb} ${partner}`;
  if (unmatched.length === 0) return [`${head}, and no file is left over.`];
  const left = `${unmatched.length} ${unmatched.length === 1 ? 'file is' : 'files are'} not used:`;
  const shown = unmatched.slice(0, MOST_LISTED).map(({ file, reason }) => `  ${file} ${reason}`);
  const more = unmatched.length - shown.length;
  return [`${head}; ${left}`, ...shown, ...(more > 0 ? [`  and ${more} more`] : [])];
}

/** What is wrong with files of which it is not clear which belong together, and what to do. */
export function ambiguousProblem(
  { images, masks }: MatchedMasks['ambiguous'][number],
  folders: { readonly images: string; readonly masks: string },
): string {
  return images.length > 1
    ? `${images.join(' and ')} in ${folders.images} have the same name; rename or remove all but one.`
    : `${images[0]} fits several masks in ${folders.masks} (${masks.join(', ')}); keep the one that is meant.`;
}

/** What is matched with what, each in singular and plural. */
export interface MatchedThings {
  readonly each: readonly [string, string];
  readonly partner: readonly [string, string];
}

const MOST_LISTED = 10;
