/** Reads what raters marked: classes, or numbered objects, whichever values their masks use for them. */
import { join } from 'node:path';
import {
  classValues,
  connectedComponents,
  decodeMask,
  ImageFileError,
  MaskValueError,
  maskValues,
  reduceGreyRgb,
  type Selection,
  SelectionError,
} from '@deepflash/imaging';
import type { LabelImage } from '@deepflash/segmentation';
import { separateInstances } from '@deepflash/segmentation';
import { type CalibratedMask, readCalibratedMask, readMaskFile } from '../data/mask-file.js';
import { DataError } from '../errors.js';
import { foregroundValues, ownForeground, ownValuesNote, shownValues } from '../masks/own-values.js';
import { classObjects } from '../scoring/class-objects.js';
import type { Rater } from './expert-folders.js';

/** What one rater marked in one image. */
export interface RatedMask extends Pick<CalibratedMask, 'pixelSize' | 'unit'> {
  readonly width: number;
  readonly height: number;
  /** The class of each pixel; with instances the foreground, in which touching objects are apart. */
  readonly classes: Uint8Array;
  /** The objects: those that the values number, else the connected regions of each class. */
  readonly objects: LabelImage;
}

export interface RatedMasks {
  /** Number of classes with the background. */
  readonly classes: number;
  /** Throws an ImageFileError or a MaskValueError. */
  readonly read: (rater: Rater, image: string) => Promise<RatedMask>;
  /** Models whose masks do not fit those of the experts, with the reason. */
  readonly unfit: ReadonlyMap<Rater, string>;
  readonly warnings: readonly string[];
}

export interface MaskContent {
  /** `classes`: pixel values are classes. `instances`: they number objects, or are 0 and one other. */
  readonly content: 'classes' | 'instances';
  /** Number of classes with the background; null: as many as the masks hold. */
  readonly classes: number | null;
  /** Which part of the experts' masks is meant, where their files hold several planes. */
  readonly selection?: Selection;
}

/**
 * Finds out from the values of all masks what they stand for. A mask that cannot be read, or alone holds more values
 * than there can be classes, has no say, and reading it throws.
 *
 * @throws DataError when the values do not fit the number of classes.
 */
export async function openMasks(raters: readonly Rater[], content: MaskContent): Promise<RatedMasks> {
  const found = new Map<Rater, FileValues[]>();
  const faults = new Map<string, MaskProblem>();
  for (const rater of raters) found.set(rater, await valuesOfFiles(rater, content, faults));
  const masks = content.content === 'instances' ? openInstances(found, content) : openClasses(found, content);
  return {
    ...masks,
    async read(rater, image) {
      const fault = faults.get(pathOf(rater, image));
      if (fault) throw fault;
      return masks.read(rater, image);
    },
  };
}

/** Without a number of classes, a mask of more values is taken for one that does not hold classes. */
const MOST_CLASSES_UNASKED = 8;

interface FileValues {
  readonly path: string;
  readonly values: readonly number[];
}

/** The values of a rater's files; what is wrong with a file is kept until its image is reached. */
async function valuesOfFiles(
  rater: Rater,
  content: MaskContent,
  faults: Map<string, MaskProblem>,
): Promise<FileValues[]> {
  const found: FileValues[] = [];
  for (const file of rater.files.values()) {
    const path = join(rater.folder, file);
    try {
      found.push({ path, values: maskValues(await readMaskFile(path, chosen(rater, content)), path) });
    } catch (error) {
      if (!isMaskProblem(error)) throw error;
      faults.set(path, error);
    }
  }
  return found;
}

/** What is chosen concerns the experts: models write single planes. */
function chosen({ kind }: Rater, { selection }: MaskContent): Selection | undefined {
  return kind === 'expert' ? selection : undefined;
}

type MaskProblem = ImageFileError | MaskValueError | SelectionError;

export function isMaskProblem(error: unknown): error is MaskProblem {
  return (
    error instanceof ImageFileError || error instanceof MaskValueError || error instanceof SelectionError
  );
}

function openInstances(found: ReadonlyMap<Rater, readonly FileValues[]>, content: MaskContent): RatedMasks {
  const plain = new Set(
    [...found].filter(([, files]) => foregroundValues(valueLists(files)).length < 2).map(([rater]) => rater),
  );
  return {
    classes: 2,
    unfit: new Map(),
    warnings: [],
    async read(rater, image) {
      const path = pathOf(rater, image);
      const { image: original, pixelSize, unit } = await readCalibratedMask(path, chosen(rater, content));
      // Refuses colours and fractions.
      maskValues(original, path);
      const { width, height, data } = reduceGreyRgb(original);
      const objects = plain.has(rater)
        ? connectedComponents(
            { width, height, data: Uint8Array.from(data, (value) => (value === 0 ? 0 : 1)) },
            8,
          )
        : { width, height, data: Uint32Array.from(data) };
      return { width, height, pixelSize, unit, objects, classes: separateInstances(objects) };
    },
  };
}

function openClasses(found: ReadonlyMap<Rater, readonly FileValues[]>, content: MaskContent): RatedMasks {
  const { classes: asked } = content;
  const most = asked ?? MOST_CLASSES_UNASKED;
  const overfull = new Map<string, readonly number[]>();
  const sound = new Map<Rater, readonly FileValues[]>();
  for (const [rater, files] of found) {
    for (const { path, values } of files) if (values.length > most) overfull.set(path, values);
    sound.set(
      rater,
      files.filter(({ path }) => !overfull.has(path)),
    );
  }
  const experts = new Map([...sound].filter(([{ kind }]) => kind === 'expert'));
  if ([...experts.values()].every((files) => files.length === 0)) {
    const [[path, values] = ['', []]] = overfull;
    // With no file left, each is unreadable and is named when its image is reached.
    if (path !== '') throw new DataError([tooManyValues(path, values, asked).message]);
  }
  const { values, classes, warnings } = classesOfExperts(experts, asked);
  const unfit = new Map<Rater, string>();
  for (const [rater, files] of sound) {
    if (rater.kind === 'expert') continue;
    try {
      values.set(rater, classValues(valueLists(files), classes));
    } catch (error) {
      if (!(error instanceof MaskValueError)) throw error;
      unfit.set(rater, `In ${rater.folder}, ${error.message}`);
    }
  }
  return {
    classes,
    unfit,
    warnings,
    async read(rater, image) {
      const path = pathOf(rater, image);
      const tooMany = overfull.get(path);
      if (tooMany !== undefined) throw tooManyValues(path, tooMany, asked);
      const { image: original, pixelSize, unit } = await readCalibratedMask(path, chosen(rater, content));
      const mask = decodeMask(original, values.get(rater) ?? [], path);
      return {
        ...{ width: mask.width, height: mask.height, pixelSize, unit },
        classes: mask.data,
        objects: classObjects(mask),
      };
    },
  };
}

/**
 * The experts' masks share their values, unless each expert has one value for foreground and they differ (0/1 and
 * 0/255), or only the values of single experts fit the number of classes.
 */
function classesOfExperts(
  experts: ReadonlyMap<Rater, readonly FileValues[]>,
  asked: number | null,
): { values: Map<Rater, number[]>; classes: number; warnings: string[] } {
  const lists = new Map([...experts].map(([rater, files]) => [rater, valueLists(files)]));
  const own = ownForeground(lists, asked);
  if (own !== undefined) return withOwnValues(own, 2);
  try {
    const shared = classValues([...lists.values()].flat(), asked ?? undefined);
    const warnings =
      asked === null && shared.length > 2
        ? [
            `The masks hold the values ${shownValues(shared)}, which are taken as ${shared.length} classes. If they number single objects, use --instances.`,
          ]
        : [];
    return {
      values: new Map([...lists.keys()].map((rater) => [rater, shared])),
      classes: shared.length,
      warnings,
    };
  } catch (error) {
    if (!(error instanceof MaskValueError)) throw error;
    try {
      if (asked !== null) {
        const each = [...lists].map(([rater, files]) => [rater, classValues(files, asked)] as const);
        return withOwnValues(new Map(each), asked);
      }
    } catch (misfit) {
      if (!(misfit instanceof MaskValueError)) throw misfit;
    }
    throw new DataError([
      `The experts' masks hold the values ${shownValues(error.values)}, which do not fit ${asked ?? 'a usual number of'} classes: if they number single objects (instance labels), use --instances; if they are classes, say how many with --classes.`,
    ]);
  }
}

function withOwnValues(values: Map<Rater, number[]>, classes: number) {
  const named = [...values].map(([{ name }, own]) => [name, own] as const);
  return { values, classes, warnings: [ownValuesNote(named)] };
}

function tooManyValues(path: string, values: readonly number[], asked: number | null): MaskValueError {
  return new MaskValueError({
    file: path,
    problem: `holds ${values.length > 256 ? 'more than 256' : values.length} different values (${shownValues(values)})${asked === null ? ', more than masks of classes usually have' : `, but there are ${asked} classes`}`,
    remedy:
      'use --instances if they number single objects (instance labels), --classes if they are classes, or else correct the mask',
    values,
  });
}

function pathOf({ folder, files }: Rater, image: string): string {
  return join(folder, files.get(image) ?? image);
}

function valueLists(files: readonly FileValues[]): (readonly number[])[] {
  return files.map(({ values }) => values);
}
