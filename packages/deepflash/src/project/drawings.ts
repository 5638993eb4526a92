/** Drawings that experts bring from elsewhere: masks, ROIs of ImageJ, GeoJSON of QuPath. */
import {
  type ClassMask,
  decodeRoi,
  decodeRoiSet,
  hasImageEnding,
  type Image,
  labelsFromRois,
  matchMasks,
  memorySource,
  openImage,
  type Roi,
  stem,
} from '@deepflash/imaging';
import { separateInstances } from '@deepflash/segmentation';
import { readMask } from '../data/mask-file.js';
import { UsageError } from '../errors.js';
import { maskContent } from '../masks/content.js';
import { decideMeaning, readMeaning } from '../masks/meaning.js';
import { objectsFromGeoJson } from './geojson.js';
import type { ProjectImage } from './images.js';
import type { LabelStore } from './labels.js';
import { checkedName } from './names.js';
import { bytesOf, fromOne, numberRegions, withClasses } from './numbered-objects.js';
import type { ObjectStore } from './objects.js';
import { fileName, folderName, isZip, type Unpacked, type Upload } from './unpack.js';
import { type Received, receive } from './uploads.js';

export interface DrawingOptions {
  /** Whose drawings they are; null: each lies in a folder with the expert's name. */
  readonly expert: string | null;
  readonly images: readonly ProjectImage[];
  /** Names of the classes, the background first. */
  readonly classes: readonly string[];
  readonly labels: LabelStore;
  /** Where objects are numbered; null where regions of a class are objects. */
  readonly objects: ObjectStore | null;
  /** Whether an expert has drawn on an image. */
  readonly isDrawn: (expert: string, image: string) => boolean;
}

/** Takes drawings over, each for the image whose name its own begins with. What does not fit is told, and the others are kept. */
export async function receiveDrawings(
  brought: Unpacked,
  { expert, images, classes, labels, objects, isDrawn }: DrawingOptions,
): Promise<Received> {
  const { pairs } = matchMasks(
    images.map(({ file }) => file),
    [...new Set(brought.uploads.map((upload) => pictureName(fileName(upload))))],
  );
  const imageOf = new Map(pairs.map(({ image, mask }) => [mask, stem(image)]));
  return receive(brought, async (upload) => {
    const file = fileName(upload);
    const name = imageOf.get(pictureName(file)) ?? imageBegunBy(file, images);
    const image = images.find((one) => one.name === name);
    if (image === undefined) throw new UsageError(`${file} begins with the name of no image of the project.`);
    const who = expert ?? folderName(upload);
    if (who === null) throw new UsageError(`${file} lies in no folder with the name of an expert.`);
    checkedName('an expert', who);
    if (isDrawn(who, image.name)) {
      throw new UsageError(`${file}: there is a drawing of ${image.name} by ${who} already.`);
    }
    const { mask, numbers } = await readDrawing(upload, image, classes);
    const { width, height, data } = mask;
    if (width !== image.width || height !== image.height) {
      throw new UsageError(
        `${file} has ${width} x ${height} pixels, and its image ${image.width} x ${image.height}.`,
      );
    }
    if (data.some((value) => value >= classes.length)) {
      throw new UsageError(
        `${file} has more classes than the project, whose classes are ${classes.join(', ')}: add one under Annotate.`,
      );
    }
    // Each is written at once: many large ones are more than fits into memory.
    if (objects === null) {
      await labels.patch(who, image.name, { x: 0, y: 0, width, height, values: data });
      await labels.settle(who, image.name);
    } else {
      const drawn = numbers === null ? numberRegions(mask) : withClasses(fromOne(numbers), mask);
      await objects.patch(who, image.name, { x: 0, y: 0, width, height, values: bytesOf(drawn) });
      await objects.settle(who, image.name);
    }
    return { file, image: image.name, expert: who };
  });
}

/** Files of several masks for one image find it by the longest name that theirs begins with. */
function imageBegunBy(file: string, images: readonly ProjectImage[]): string | undefined {
  return images
    .map(({ name }) => name)
    .filter((name) => file.startsWith(name))
    .sort((a, b) => b.length - a.length)[0];
}

/** What is matched like a mask, whatever its kind. */
function pictureName(file: string): string {
  return file.replace(/\.(zip|roi|geojson|json)$/i, '.png');
}

interface ReadDrawing {
  readonly mask: ClassMask;
  /** Of the object of each pixel, where they were drawn object by object. */
  readonly numbers: Uint32Array | null;
}

async function readDrawing(
  upload: Upload,
  size: { readonly width: number; readonly height: number },
  classes: readonly string[],
): Promise<ReadDrawing> {
  const file = fileName(upload);
  const bytes = upload.read();
  if (isZip(file)) return painted(decodeRoiSet(bytes, file), size, classes.length);
  if (/\.roi$/i.test(file)) return painted([decodeRoi(bytes, file)], size, classes.length);
  if (/\.(geo)?json$/i.test(file)) {
    const { classes: data, numbers } = objectsFromGeoJson(bytes, file, size, classes);
    return { mask: { ...size, classes: classes.length, data }, numbers };
  }
  if (!hasImageEnding(file)) {
    throw new UsageError(`${file} is no drawing: bring PNG or TIFF masks, ROI sets (.zip, .roi) or GeoJSON.`);
  }
  const source = await openImage(memorySource(bytes, file));
  try {
    const mask = await readMask(source);
    const settings = { kind: 'auto', table: null, ignored: [] } as const;
    const contents = [maskContent(mask, settings, file)];
    const alone = decideMeaning(contents, settings, null);
    // Numbers of the project's classes are these, also where a mask lacks some of them.
    const areNumbers = alone.kind === 'classes' && alone.values.every((value) => value < classes.length);
    const meaning = areNumbers ? decideMeaning(contents, settings, classes.length) : alone;
    return {
      mask: readMeaning(mask, meaning, file),
      numbers: meaning.kind === 'instances' ? firstChannel(mask) : null,
    };
  } finally {
    await source.close();
  }
}

/** Regions as a mask in which those that touch are apart. */
function painted(
  rois: readonly Roi[],
  size: { readonly width: number; readonly height: number },
  classes: number,
): ReadDrawing {
  const labels = labelsFromRois(rois, size);
  const { width, height } = size;
  return { mask: { width, height, classes, data: separateInstances(labels) }, numbers: labels.data };
}

function firstChannel({ data, channels }: Image): Uint32Array {
  return Uint32Array.from({ length: data.length / channels }, (_, pixel) => data[pixel * channels] as number);
}
