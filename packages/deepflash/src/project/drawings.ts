/** Drawings that experts bring from elsewhere: masks, ROIs of ImageJ, GeoJSON of QuPath. */
import {
  type ClassMask,
  decodeRoi,
  decodeRoiSet,
  hasImageEnding,
  labelsFromRois,
  matchMasks,
  memorySource,
  openImage,
  type Roi,
  stem,
} from '@deepflash/imaging';
import { separateInstances } from '@deepflash/segmentation';
import { UsageError } from '../errors.js';
import { maskContent } from '../masks/content.js';
import { decideMeaning, readMeaning } from '../masks/meaning.js';
import { classesFromGeoJson } from './geojson.js';
import type { LabelStore } from './labels.js';
import { checkedName } from './names.js';
import type { ProjectImage } from './project.js';
import { fileName, folderName, isZip, type Upload } from './unpack.js';
import { type Received, receive } from './uploads.js';

export interface DrawingOptions {
  /** Whose drawings they are; null: each lies in a folder with the expert's name. */
  readonly expert: string | null;
  readonly images: readonly ProjectImage[];
  /** Names of the classes, the background first. */
  readonly classes: readonly string[];
  readonly labels: LabelStore;
  /** Whether an expert has drawn on an image. */
  readonly isDrawn: (expert: string, image: string) => boolean;
}

/** Takes drawings over, each for the image whose name its own begins with. What does not fit is told, and the others are kept. */
export async function receiveDrawings(
  uploads: readonly Upload[],
  { expert, images, classes, labels, isDrawn }: DrawingOptions,
): Promise<Received> {
  const { pairs } = matchMasks(
    images.map(({ file }) => file),
    [...new Set(uploads.map((upload) => pictureName(fileName(upload))))],
  );
  const imageOf = new Map(pairs.map(({ image, mask }) => [mask, stem(image)]));
  return receive(uploads, async (upload) => {
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
    const { width, height, data } = await readDrawing(upload, image, classes);
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
    await labels.patch(who, image.name, { x: 0, y: 0, width, height, values: data });
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

async function readDrawing(
  { name: path, bytes }: Upload,
  size: { readonly width: number; readonly height: number },
  classes: readonly string[],
): Promise<ClassMask> {
  const file = fileName({ name: path });
  if (isZip(file)) return painted(decodeRoiSet(bytes, file), size, classes.length);
  if (/\.roi$/i.test(file)) return painted([decodeRoi(bytes, file)], size, classes.length);
  if (/\.(geo)?json$/i.test(file)) {
    return { ...size, classes: classes.length, data: classesFromGeoJson(bytes, file, size, classes) };
  }
  if (!hasImageEnding(file)) {
    throw new UsageError(`${file} is no drawing: bring PNG or TIFF masks, ROI sets (.zip, .roi) or GeoJSON.`);
  }
  const source = await openImage(memorySource(bytes, file));
  try {
    const { width, height } = source.info;
    const mask = await source.readRegion({ x: 0, y: 0, width, height });
    const settings = { kind: 'auto', table: null, ignored: [] } as const;
    const meaning = decideMeaning([maskContent(mask, settings, file)], settings, null);
    return readMeaning(mask, meaning, file);
  } finally {
    await source.close();
  }
}

/** Regions as a mask in which those that touch are apart. */
function painted(
  rois: readonly Roi[],
  size: { readonly width: number; readonly height: number },
  classes: number,
): ClassMask {
  return { ...size, classes, data: separateInstances(labelsFromRois(rois, size)) };
}
