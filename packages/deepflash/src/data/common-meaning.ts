/** What the masks of all images mean together, and what of it was guessed. */
import { MaskValueError } from '@deepflash/imaging';
import type { MaskContent, MaskSettings } from '../masks/content.js';
import { decideMeaning, type MaskMeaning } from '../masks/meaning.js';
import type { LookedAtPair } from './look-at.js';

/** Decides what the masks mean. What stands in the way is added to the problems. */
export function commonMeaning(
  looked: readonly LookedAtPair[],
  folder: string,
  masks: MaskSettings,
  classes: number | null,
  problems: string[],
): MaskMeaning | undefined {
  if (looked.length === 0) return undefined;
  const contents = looked.flatMap((pair) => pair.contents);
  const isEmpty = (content: MaskContent): boolean =>
    content.kind === 'values' && content.values.every((value) => value === 0);
  if (contents.every(isEmpty)) {
    problems.push(
      'No mask marks anything: all their pixels are 0; check that the folder of masks is the right one.',
    );
    return undefined;
  }
  try {
    return decideMeaning(contents, masks, classes);
  } catch (error) {
    if (!(error instanceof MaskValueError)) throw error;
    problems.push(`In ${folder}, ${error.message}`);
    return undefined;
  }
}

/** What of the meaning was guessed and may be wrong, a sentence each. */
export function doubtfulMeaning(
  looked: readonly LookedAtPair[],
  meaning: MaskMeaning,
  masks: MaskSettings,
  classes: number | null,
): string[] {
  const isGuessed = masks.kind === 'auto';
  if (meaning.kind === 'instances' && isGuessed) {
    return [
      'The values of the masks are taken as numbers of objects, between which lines are left; if they are classes, set maskKind to classes.',
    ];
  }
  if (meaning.kind !== 'classes') return [];
  const { values, ignored } = meaning;
  const contents = looked.flatMap((pair) => pair.contents);
  const perhapsObjects = contents.every((content) => content.kind === 'values' && content.oneRegionEach);
  const afterGap = values.find((value, index) => value !== index);
  const lowest = Math.min(
    ...contents.flatMap((content) => (content.kind === 'values' ? content.values : [])),
  );
  return [
    ...(isGuessed && values.length > 3 && perhapsObjects
      ? [
          `The values of the masks are taken as ${values.length} classes; if they number objects, set maskKind to instances.`,
        ]
      : []),
    ...(classes === null && values.length > 2 && afterGap !== undefined && ignored.length === 0
      ? [
          `The values ${values.join(', ')} of the masks are taken as ${values.length} classes; if one of them marks undecided pixels, --ignore leaves these out, such as --ignore ${afterGap}.`,
        ]
      : []),
    ...(classes === null && values.length > 2 && values[0] === 0 && lowest > 0
      ? [
          `No pixel of the masks has the value 0, so their values are taken as classes beside a background that is nowhere; if ${lowest} is the background, set classes to ${values.length - 1}.`,
        ]
      : []),
  ];
}
