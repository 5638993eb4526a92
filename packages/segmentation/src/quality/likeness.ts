/**
 * Whether an image is like those of a training. Each trait of the training images is taken as normally distributed; a new
 * image of the same kind then lies at a Student's t of n - 1 degrees of freedom from their mean (a prediction interval). An
 * image is unlike them when one of its traits lies so far out as one image of a hundred does by chance.
 */
import { type ChannelTraits, type TraitName, traitNames } from './image-traits.js';
import { studentTQuantile } from './student-t.js';

/** How one trait of one channel lies to the training images. */
export interface Deviation {
  readonly trait: TraitName;
  /** From 0. */
  readonly channel: number;
  /** Of the image minus that of the training images, in the trait's own unit. */
  readonly difference: number;
  /** In units of the limit: above 1 the image is unlike the training images. */
  readonly distance: number;
}

export interface Likeness {
  /** The largest distance of all traits: above 1 the image is unlike the training images. */
  readonly distance: number;
  /** The traits beyond the limit, the farthest first. */
  readonly deviations: readonly Deviation[];
}

/** How many images of the same kind are called unlike by chance. */
const BY_CHANCE = 0.01;
/** Differences within a tenth are never told apart: training images are often taken in one session. */
const LEAST_DEVIATION = 0.1;

/**
 * Learns from the traits of the training images, channel by channel.
 *
 * @returns how a new image lies to them; with fewer than three training images nothing is unlike them.
 */
export function likenessTo(
  training: readonly (readonly ChannelTraits[])[],
): (image: readonly ChannelTraits[]) => Likeness {
  const [first] = training;
  if (first === undefined || training.length < 3) return () => ({ distance: 0, deviations: [] });
  const count = training.length;
  const limit = studentTQuantile(1 - BY_CHANCE / (2 * traitNames.length * first.length), count - 1);
  const known = first.map((_, channel) =>
    traitNames.map((trait) => {
      const values = training.map((image) => image[channel]?.[trait] ?? 0);
      const mean = values.reduce((sum, value) => sum + value, 0) / count;
      const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (count - 1);
      const reach = limit * Math.max(LEAST_DEVIATION, Math.sqrt(variance)) * Math.sqrt(1 + 1 / count);
      return { trait, mean, reach };
    }),
  );
  return (image) => {
    const all = known.flatMap((traits, channel) =>
      traits.map(({ trait, mean, reach }): Deviation => {
        const difference = (image[channel]?.[trait] ?? mean) - mean;
        return { trait, channel, difference, distance: Math.abs(difference) / reach };
      }),
    );
    all.sort((a, b) => b.distance - a.distance);
    return { distance: all[0]?.distance ?? 0, deviations: all.filter(({ distance }) => distance > 1) };
  };
}

/** A deviation in words, to be said of "this image". */
export function deviationInWords({ trait, channel, difference }: Deviation, channels: number): string {
  const where = channels === 1 ? '' : ` in channel ${channel + 1}`;
  const factor = Math.exp(Math.abs(difference)).toPrecision(2);
  const more = difference > 0;
  const nothing = Number(factor) > 1000;
  const times = (word: string) => `${Number(factor)} times ${word} the training images${where}`;
  switch (trait) {
    case 'brightness':
      if (!more && nothing) return `as good as no light, unlike the training images${where}`;
      return times(more ? 'as bright as' : 'darker than');
    case 'contrast':
      if (!more && nothing) return `as good as no contrast, unlike the training images${where}`;
      return times(more ? 'the contrast of' : 'less contrast than');
    case 'skewness':
      return more
        ? `brighter spots on more dark background than the training images${where}`
        : `less dark background than the training images${where}`;
    case 'finest':
      return more
        ? `more noise or finer texture than the training images${where}`
        : `smoother or more blurred than the training images${where}`;
    case 'fine':
    case 'middle':
    case 'coarse':
      return `${more ? 'more' : 'fewer'} structures of ${SIZES[trait]} pixels than the training images${where}`;
  }
}

const SIZES = { fine: '3 to 4', middle: '5 to 8', coarse: '9 to 16' } as const;
