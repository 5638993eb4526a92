/** What the objects of an image are measured to be, as rows of a table. */
import type { Image, ImageInfo, Measurements, PassedObject } from '@deepflash/imaging';

export type ObjectRecord = Readonly<Record<string, string | number | null>>;

/** Length of a pixel's side and its unit; pixels where the file does not say it, or they are not square. */
export interface PixelScale {
  readonly side: number;
  readonly unit: string;
}

export function pixelScale({ pixelSize, unit }: Pick<ImageInfo, 'pixelSize' | 'unit'>): PixelScale {
  if (pixelSize === null || unit === null || Math.abs(pixelSize.x / pixelSize.y - 1) > 1e-6) {
    return { side: 1, unit: 'pixel' };
  }
  return { side: pixelSize.x, unit };
}

/** The columns of every table of objects; those of brightness follow, by channel. */
export const objectColumns = [
  'file',
  'object',
  'class',
  'x',
  'y',
  'area',
  'perimeter',
  'feretMax',
  'feretMin',
  'majorAxis',
  'minorAxis',
  'eccentricity',
  'orientation',
  'circularity',
  'solidity',
  'unit',
  'uncertainty',
] as const;

/** The columns of brightness of so many channels. */
export function brightnessColumns(channels: number): string[] {
  return Array.from({ length: channels }, (_, index) => index + 1).flatMap((channel) => [
    `mean${channel}`,
    `sum${channel}`,
    `max${channel}`,
  ]);
}

/**
 * The record of a measured object: lengths in the unit, areas in its square; x and y are pixels from the centre of the
 * first one, so that the object is found again in the picture.
 */
export function objectRecord(
  file: string,
  measured: Measurements,
  { side, unit }: PixelScale,
  more: { readonly class: number; readonly uncertainty: number },
): ObjectRecord {
  const { label, centroid, intensities, eccentricity, orientation, circularity, solidity } = measured;
  const length = (pixels: number): number => rounded(pixels * side);
  return {
    file,
    object: label,
    class: more.class,
    x: rounded(centroid.x),
    y: rounded(centroid.y),
    area: rounded(measured.area * side * side),
    perimeter: length(measured.perimeter),
    feretMax: length(measured.feretMax),
    feretMin: length(measured.feretMin),
    majorAxis: length(measured.majorAxis),
    minorAxis: length(measured.minorAxis),
    eccentricity: rounded(eccentricity),
    orientation: rounded(orientation),
    circularity: rounded(circularity),
    solidity: rounded(solidity),
    unit,
    uncertainty: rounded(more.uncertainty),
    ...Object.fromEntries(
      intensities.flatMap(({ mean, sum, max }, index) => [
        [`mean${index + 1}`, known(mean)],
        [`sum${index + 1}`, known(sum)],
        [`max${index + 1}`, Number.isFinite(max) ? max : null],
      ]),
    ),
  };
}

/** The record of an object of which only rows were seen: its shape is not known. */
export function passedRecord(
  file: string,
  label: number,
  { area, centroid, mean, class: own }: PassedObject,
  { side, unit }: PixelScale,
): ObjectRecord {
  return {
    file,
    object: label,
    class: own,
    x: rounded(centroid.x),
    y: rounded(centroid.y),
    area: rounded(area * side * side),
    unit,
    uncertainty: rounded(mean),
  };
}

/** Values [H, W] as an image, to be measured. */
export function floatImage(width: number, height: number, data: Float32Array): Image {
  return { width, height, channels: 1, dtype: 'float32', data };
}

/** Of pixels without a number the brightness is not known. */
function known(value: number): number | null {
  return Number.isFinite(value) ? rounded(value) : null;
}

/** Six significant digits: more than pixels can tell. */
function rounded(value: number): number {
  return Number(value.toPrecision(6));
}
