/** The masks that raters drew of one image. */
import { join } from 'node:path';
import type { Rater } from './expert-folders.js';
import { isMaskProblem, type RatedMask, type RatedMasks } from './read-masks.js';

/** A rater's mask of an image. */
export interface Rated {
  readonly rater: Rater;
  readonly mask: RatedMask;
}

interface ReadFailure {
  readonly image: string;
  readonly kind: Rater['kind'];
  readonly problem: string;
}

/** Reads what the raters marked in one image. A mask that differs in size from the first one is a failure. */
export async function readImageMasks(
  raters: readonly Rater[],
  image: string,
  masks: RatedMasks,
): Promise<{ rated: Rated[]; failures: ReadFailure[] }> {
  const rated: Rated[] = [];
  const failures: ReadFailure[] = [];
  for (const rater of raters) {
    const fail = (problem: string) => failures.push({ image, kind: rater.kind, problem });
    try {
      const mask = await masks.read(rater, image);
      const [first] = rated;
      if (first === undefined || sizeOf(first.mask) === sizeOf(mask)) rated.push({ rater, mask });
      else {
        fail(
          `${pathOf(rater, image)} has ${sizeOf(mask)} pixels, but ${pathOf(first.rater, image)} has ${sizeOf(first.mask)}; save the masks of an image in the size of the image.`,
        );
      }
    } catch (error) {
      if (!isMaskProblem(error)) throw error;
      fail(error.message);
    }
  }
  return { rated, failures };
}

function pathOf({ folder, files }: Rater, image: string): string {
  return join(folder, files.get(image) ?? image);
}

function sizeOf({ width, height }: RatedMask): string {
  return `${width} x ${height}`;
}
