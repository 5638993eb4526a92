/** What the pixels of all masks of a training mean, decided once and kept in its `data.json`. */
import {
  type ClassMask,
  classValues,
  decodeMask,
  type Image,
  isGreyRgb,
  MaskValueError,
} from '@deepflash/imaging';
import { IGNORED, separateInstances } from '@deepflash/segmentation';
import { z } from 'zod';
import { colourName, parseColour, pixelColours } from './colour.js';
import type { ColourMeaning, ColourTable } from './colour-table.js';
import { areInstances, type MaskContent, type MaskSettings } from './content.js';

const ignored = z.array(z.number());

export const maskMeaningSchema = z.discriminatedUnion('kind', [
  /** Entry c of the values is the value of class c. */
  z.object({ kind: z.literal('classes'), values: z.array(z.number()).min(2), ignored }),
  /** Colours as #rrggbb or `transparent`. */
  z.object({
    kind: z.literal('colours'),
    table: z.record(z.string(), z.union([z.int().min(0), z.literal('ignored')])),
  }),
  /** Every value above 0 is an object. */
  z.object({ kind: z.literal('instances'), ignored }),
]);

export type MaskMeaning = z.infer<typeof maskMeaningSchema>;

/**
 * Decides what masks mean, from what is in all of them and what the settings say.
 *
 * @param classes how many there are to be; null: as many as the masks show
 * @throws MaskValueError where that is not clear.
 */
export function decideMeaning(
  contents: readonly MaskContent[],
  { kind, table, ignored }: MaskSettings,
  classes: number | null,
): MaskMeaning {
  const colours = contents.flatMap((content) => (content.kind === 'colours' ? content.colours : []));
  if (table !== null || kind === 'colours' || colours.length > 0) {
    return colourMeaning(table ?? obviousTable(colours), classes, ignored);
  }
  if (kind === 'instances' || (kind === 'auto' && classes === null && areInstances(contents))) {
    if (classes === null || classes === 2) return { kind: 'instances', ignored: [...ignored] };
    throw new MaskValueError({
      file: 'the masks',
      problem: `hold numbered objects, which are of 2 classes with the background, but ${classes} were asked for`,
      remedy: 'leave classes out',
      values: [],
    });
  }
  const lists = contents.map((content) => (content.kind === 'values' ? content.values : []));
  const all = classValues(lists, classes ?? undefined);
  // Where 0 is what nobody has marked, the lowest of the others is the background.
  const isBackgroundMarked = classes === null && ignored.includes(0) && all[0] === 0 && all.length > 2;
  const values = isBackgroundMarked ? all.slice(1) : all;
  if (ignored.length > 0 && values.length > IGNORED) {
    throw new MaskValueError({
      file: 'the masks',
      problem: `have ${values.length} classes, beside which no pixels can be ignored`,
      remedy: 'use 255 classes at most',
      values: [],
    });
  }
  return { kind: 'classes', values, ignored: [...ignored] };
}

function colourMeaning(
  table: ColourTable,
  classes: number | null,
  ignored: readonly number[],
): MaskMeaning & { readonly kind: 'colours' } {
  const meaning = { kind: 'colours' as const, table: named(table) };
  const count = valuesOfClasses(meaning).length;
  const refused = (problem: string, remedy: string): MaskValueError =>
    new MaskValueError({ file: 'the masks', problem, remedy, values: [] });
  if (ignored.length > 0) {
    throw refused(
      'have colours, of which no values can be left out',
      'name the colour that is left out with colours, such as black=0,red=1,blue=ignored, instead of ignore',
    );
  }
  if (classes !== null && classes !== count) {
    throw refused(`have colours of ${count} classes, but ${classes} were asked for`, 'leave classes out');
  }
  return meaning;
}

/** The mask value of each class, 0 to the number of classes below 1 where masks do not hold classes. */
export function valuesOfClasses(meaning: MaskMeaning): number[] {
  if (meaning.kind === 'classes') return meaning.values;
  if (meaning.kind === 'instances') return [0, 1];
  const classes = Object.values(meaning.table).map((one) => (one === 'ignored' ? 0 : one));
  return Array.from({ length: Math.max(1, ...classes) + 1 }, (_, index) => index);
}

/**
 * Reads a mask by its meaning. Throws a MaskValueError for values and colours that have none.
 *
 * @param scale pixels of the mask for one that a network sees: lines between numbered objects are as wide. Default: 1.
 */
export function readMeaning(mask: Image, meaning: MaskMeaning, file: string, scale = 1): ClassMask {
  if (meaning.kind === 'classes') return decodeMask(mask, meaning.values, file, meaning.ignored);
  if (meaning.kind === 'colours') return colourClasses(mask, meaning, file);
  return separated(mask, meaning.ignored, file, scale);
}

/** A meaning in words for a report. */
export function meaningInWords(meaning: MaskMeaning): string {
  const left = (values: readonly number[]): string =>
    values.length === 0 ? '' : ` Pixels of the value ${values.join(', ')} are left out.`;
  if (meaning.kind === 'classes') {
    return `Mask values ${meaning.values.join(', ')} are the classes 0 to ${meaning.values.length - 1}.${left(meaning.ignored)}`;
  }
  if (meaning.kind === 'instances') {
    return `The masks number the objects; lines keep those apart that touch.${left(meaning.ignored)}`;
  }
  const entries = Object.entries(meaning.table);
  const shown = entries.map(
    ([colour, one]) => `${colour} ${one === 'ignored' ? 'left out' : `class ${one}`}`,
  );
  return `The colours of the masks mean: ${shown.join(', ')}.`;
}

/** Black and one other colour can only be background and foreground. */
function obviousTable(colours: readonly number[]): ColourTable {
  const [first, second, ...more] = [...new Set(colours)].sort((a, b) => a - b);
  if (first === 0 && second !== undefined && more.length === 0) {
    return new Map<number, ColourMeaning>([
      [first, 0],
      [second, 1],
    ]);
  }
  const all = [...new Set(colours)];
  const shown = all.slice(0, 6).map(colourName).join(', ');
  throw new MaskValueError({
    file: 'the masks',
    problem: `have colours (${shown}${all.length > 6 ? ` and ${all.length - 6} more` : ''})`,
    remedy:
      'say what each means with colours, such as black=0,red=1,blue=ignored, or save them as grey images with one value for each class',
    values: [],
  });
}

function named(table: ColourTable): Record<string, ColourMeaning> {
  return Object.fromEntries([...table].map(([colour, meaning]) => [colourName(colour), meaning]));
}

function colourClasses(
  mask: Image,
  meaning: Extract<MaskMeaning, { kind: 'colours' }>,
  file: string,
): ClassMask {
  const classOf = new Map(
    Object.entries(meaning.table).map(([colour, one]) => [
      parseColour(colour),
      one === 'ignored' ? IGNORED : one,
    ]),
  );
  const data = Uint8Array.from(pixelColours(mask, file), (colour) => {
    const found = classOf.get(colour);
    if (found !== undefined) return found;
    throw new MaskValueError({
      file,
      problem: `holds the colour ${colourName(colour)}, of which the table of colours does not say what it means`,
      remedy: 'add it to the table, or correct the mask (smoothed edges and JPEG make colours of their own)',
      values: [],
    });
  });
  return { width: mask.width, height: mask.height, classes: valuesOfClasses(meaning).length, data };
}

function separated(mask: Image, ignored: readonly number[], file: string, scale: number): ClassMask {
  const { width, height, channels, data } = mask;
  if (channels !== 1 && !isGreyRgb(mask)) {
    throw new MaskValueError({
      file,
      problem: 'has colours, and the others have numbers of objects',
      remedy: 'save it as they are',
      values: [],
    });
  }
  const values = Float64Array.from(
    { length: width * height },
    (_, pixel) => data[pixel * channels] as number,
  );
  const labels = Uint32Array.from(values, (value) => (ignored.includes(value) ? 0 : value));
  const regions = separateInstances({ width, height, data: labels }, scale);
  values.forEach((value, pixel) => {
    if (ignored.includes(value)) regions[pixel] = IGNORED;
  });
  return { width, height, classes: 2, data: regions };
}
