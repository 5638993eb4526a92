/** Classes that some network cannot learn, since the images that it is trained on show none of them. */
import { parseColour } from '../masks/colour.js';
import type { MaskContent } from '../masks/content.js';
import { type MaskMeaning, valuesOfClasses } from '../masks/meaning.js';

/** The classes, by number, of which a mask with this content has pixels. */
export function classesIn(content: MaskContent, meaning: MaskMeaning): Set<number> {
  if (content.kind === 'colours') {
    if (meaning.kind !== 'colours') return new Set();
    const classOf = new Map(Object.entries(meaning.table).map(([name, one]) => [parseColour(name), one]));
    return new Set(
      content.colours.flatMap((colour) => {
        const found = classOf.get(colour);
        return typeof found === 'number' ? [found] : [];
      }),
    );
  }
  if (meaning.kind === 'instances') return new Set(content.values.map((value) => Number(value > 0)));
  const values = valuesOfClasses(meaning);
  return new Set(content.values.map((value) => values.indexOf(value)).filter((found) => found >= 0));
}

export interface ShownClasses {
  /** The fold in which the image is held out, from 1. */
  readonly fold: number;
  /** The classes of which its masks have pixels, by number. */
  readonly classes: ReadonlySet<number>;
}

/** What of the classes cannot be learnt or tested, a sentence each. The background is not looked at. */
export function missingClasses(
  images: readonly ShownClasses[],
  { classes, folds, models }: { readonly classes: number; readonly folds: number; readonly models: number },
): string[] {
  const foreground = Array.from({ length: classes - 1 }, (_, index) => index + 1);
  const show = (some: readonly ShownClasses[], one: number): boolean =>
    some.some((image) => image.classes.has(one));
  const nowhere = foreground.filter((one) => !show(images, one));
  const sentences =
    nowhere.length === 0
      ? []
      : [
          `No mask holds ${classNames(nowhere)}, so nothing of the kind can be found: set classes to what there is.`,
        ];
  if (folds === 1) return sentences;
  const trained = Array.from({ length: models }, (_, index) => index + 1);
  for (const one of foreground.filter((candidate) => !nowhere.includes(candidate))) {
    const blind = trained.filter(
      (fold) =>
        !show(
          images.filter((image) => image.fold !== fold),
          one,
        ),
    );
    if (blind.length === 0) continue;
    sentences.push(
      `${classes === 2 ? 'Objects are' : `Class ${one} is`} marked in the held-out images of ${foldNames(blind)} alone, so the network that is tested on them cannot learn ${classes === 2 ? 'them' : 'it'}: mark more images, or set folds to 1 or another seed.`,
    );
  }
  const heldOut = (fold: number) => images.filter((image) => image.fold === fold);
  const empty = trained.filter((fold) => !foreground.some((one) => show(heldOut(fold), one)));
  if (empty.length > 0) {
    sentences.push(
      `No held-out image of ${foldNames(empty)} marks anything, so their Dice is 1 where nothing is found and 0 elsewhere, and tells little.`,
    );
  }
  return sentences;
}

function classNames(classes: readonly number[]): string {
  return `${classes.length === 1 ? 'class' : 'classes'} ${classes.join(', ')}`;
}

function foldNames(folds: readonly number[]): string {
  return `${folds.length === 1 ? 'fold' : 'folds'} ${folds.join(', ')}`;
}
