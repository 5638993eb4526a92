/** The files of an image that fits into memory: PNG, TIFF, ImageJ's and QuPath's regions. */
import {
  encodeMask,
  encodePng,
  encodeRoiSet,
  encodeTiff,
  type FindOptions,
  findClassObjects,
  type Image,
  type LabelImage,
  MOST_ROIS,
  measureObjects,
  roisFromLabels,
  stem,
  type TiffStack,
} from '@deepflash/imaging';
import { writeFileAtomic } from '@deepflash/imaging/node';
import { landscapeHeights } from '@deepflash/segmentation';
import { predictionFiles } from '../runs/layout.js';
import { encodeGeoJson } from './geojson.js';
import type { ImageRows } from './image-rows.js';
import { floatImage, type ObjectRecord, objectRecord, pixelScale } from './object-records.js';
import type { ObjectOptions, RowTaker } from './outcome.js';
import { writeObjects } from './write.js';

export interface WholeFilesOptions {
  readonly out: string;
  /** The image's file name. */
  readonly file: string;
  readonly image: ImageRows;
  readonly classes: number;
  readonly objects: ObjectOptions;
  readonly probabilities: boolean;
}

/** Keeps the rows of an image and writes its files at the end, each as a whole. */
export function wholeFiles(options: WholeFilesOptions): RowTaker {
  const { image, classes } = options;
  const { width, height } = image;
  const pixels = width * height;
  const mask = new Uint8Array(pixels);
  const uncertainty = new Float32Array(pixels);
  const learned = options.objects.separate === 'learned';
  const separation = learned ? new Float32Array(2 * pixels) : undefined;
  const probabilities = options.probabilities ? new Float32Array(classes * pixels) : undefined;
  return {
    async take(rows) {
      const start = rows.first * width;
      const length = rows.count * width;
      mask.set(rows.mask, start);
      uncertainty.set(rows.uncertainty, start);
      for (let k = 0; probabilities !== undefined && k < classes; k++) {
        probabilities.set(rows.probabilities.subarray(k * length, (k + 1) * length), k * pixels + start);
      }
      for (let plane = 0; separation !== undefined && plane < 2; plane++) {
        separation.set(
          rows.separation.subarray(plane * length, (plane + 1) * length),
          plane * pixels + start,
        );
      }
    },
    async finish() {
      const name = stem(options.file);
      const files = predictionFiles(options.out);
      const grey = floatImage(width, height, uncertainty);
      await writeFileAtomic(files.mask(name), encodePng(encodeMask({ width, height, classes, data: mask })));
      const { pixelSize, unit } = image.info;
      await writeFileAtomic(files.uncertaintyOf(name), encodeTiff(grey, { pixelSize, unit }));
      if (probabilities !== undefined) {
        await writeFileAtomic(
          files.probabilityOf(name),
          encodeTiff(probabilityStack(options, probabilities), { pixelSize, unit }),
        );
      }
      const found = findClassObjects(
        { width, height, classes, data: mask },
        findOptions(options.objects, separation),
      );
      await writeObjects(options.out, name, found.labels, image.info);
      const doubts = measureObjects(found.labels, grey).map(({ intensities }) => intensities[0]?.mean ?? 0);
      const rois = doubtfulFirst(found.labels, doubts);
      await writeFileAtomic(files.roisOf(name), encodeRoiSet(rois.slice(0, MOST_ROIS)));
      const measured = await records(options, found, doubts);
      await writeFileAtomic(files.geoJsonOf(name), encodeGeoJson(rois, measured));
      return measured;
    },
    async discard() {},
  };
}

function findOptions(
  { separate, prominence, ...rest }: ObjectOptions,
  separation: Float32Array | undefined,
): FindOptions {
  if (separation !== undefined) {
    return { ...rest, separate: 'learned', landscape: { heights: landscapeHeights(separation), prominence } };
  }
  return { ...rest, separate: separate === 'watershed' ? 'watershed' : 'components' };
}

/** Says which regions are left out where an image has more objects than a ROI set holds; null where it has not. */
export function roiNotice(file: string, objects: number): string | null {
  if (objects <= MOST_ROIS) return null;
  return `${file}: Of ${objects} objects the ${MOST_ROIS} most uncertain are in the ROI set, which holds no more; all are in instances and geojson.`;
}

/** Outlines for ImageJ's ROI Manager, the most uncertain first, each named by its object. */
function doubtfulFirst(labels: LabelImage, doubts: readonly number[]) {
  const doubt = (name: string): number => doubts[Number(name) - 1] ?? 0;
  return roisFromLabels(labels).sort((a, b) => doubt(b.name) - doubt(a.name));
}

async function records(
  { file, image }: WholeFilesOptions,
  { labels, classes }: ReturnType<typeof findClassObjects>,
  doubts: readonly number[],
): Promise<ObjectRecord[]> {
  if (labels.count === 0) return [];
  const { width, height, channels, data } = await image.readRows(0, image.height);
  const scale = pixelScale(image.info);
  const measured = Array.from({ length: channels }, (_, channel) =>
    measureObjects(labels, floatImage(width, height, data.subarray(channel * width * height))),
  );
  const [first = []] = measured;
  return first.map((object, index) => {
    const intensities = measured.flatMap((of) => of[index]?.intensities ?? []);
    const more = { class: classes[object.label - 1] ?? 1, uncertainty: doubts[index] ?? 0 };
    return objectRecord(file, { ...object, intensities }, scale, more);
  });
}

/** Of two classes the foreground, of more one page a class without the background. */
function probabilityStack({ image, classes }: WholeFilesOptions, all: Float32Array): Image | TiffStack {
  const { width, height, info } = image;
  const pixels = width * height;
  if (classes === 2) return floatImage(width, height, all.subarray(pixels));
  return {
    slices: 1,
    frames: 1,
    pixelSize: info.pixelSize,
    unit: info.unit,
    channels: Array.from({ length: classes - 1 }, (_, k) => ({ name: `class ${k + 1}`, colour: null })),
    planes: Array.from({ length: classes - 1 }, (_, k) =>
      floatImage(width, height, all.subarray((k + 1) * pixels, (k + 2) * pixels)),
    ),
  };
}
