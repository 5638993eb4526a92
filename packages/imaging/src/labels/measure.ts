import type { Image } from '../image.js';
import type { LabelImage } from './connected-components.js';
import { feretDiameters, hullOfRows, pixelsWithin } from './hull.js';
import { type ObjectShape, objectShapes } from './object-shapes.js';
import { perimeters } from './perimeter.js';
import { RUN, runsOf } from './runs.js';

/** Size, shape and brightness of one object. Lengths are in pixels, x goes right, y goes down. */
export interface Measurements {
  readonly label: number;
  /** Number of pixels. */
  readonly area: number;
  /** Mean position of the pixels' centres, where the first pixel's centre is (0, 0). */
  readonly centroid: { readonly x: number; readonly y: number };
  /** First pixel and size of the smallest upright rectangle around it. */
  readonly box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
  /** Length of the line through the centres of its border pixels, as `perimeter` says. */
  readonly perimeter: number;
  /** 4 π area / perimeter², at most 1, which a disk has. */
  readonly circularity: number;
  /** Largest and smallest distance between two parallel lines that hold the whole pixels between them, as in ImageJ. */
  readonly feretMax: number;
  readonly feretMin: number;
  /** Axes of the ellipse with the same second moments. */
  readonly majorAxis: number;
  readonly minorAxis: number;
  /** Of that ellipse: 0 for a circle, close to 1 for a line. */
  readonly eccentricity: number;
  /** Angle of its major axis in degrees, 0 to 180, counterclockwise from the x axis as seen on screen. */
  readonly orientation: number;
  /** Area as part of the convex hull's. */
  readonly solidity: number;
  /** Brightness in each channel, of the pixels that are finite numbers. */
  readonly intensities: readonly Intensity[];
}

/** NaN where no pixel of an object is a finite number. */
export interface Intensity {
  readonly mean: number;
  /** Sum over the pixels (integrated density). */
  readonly sum: number;
  readonly max: number;
}

/**
 * Measures each object, in the order of their labels; labels without pixels are left out. Area, centroid, box,
 * perimeter, axes, eccentricity and solidity are those of `skimage.measure.regionprops`.
 *
 * @throws RangeError when the picture is of another size.
 */
export function measureObjects(labels: LabelImage, picture?: Image): Measurements[] {
  if (picture && (picture.width !== labels.width || picture.height !== labels.height)) {
    throw new RangeError('Objects can only be measured in a picture of their size.');
  }
  const runs = runsOf(labels);
  const shapes = objectShapes(labels, runs);
  const lengths = perimeters(labels, runs);
  const brightness = picture ? channelIntensities(labels, runs, picture) : [];
  return shapes.map((shape): Measurements => {
    const { label, area, box, rows } = shape;
    const perimeter = lengths[label] as number;
    const hull = hullOfRows(rows);
    const feret = feretDiameters(hull);
    return {
      label,
      area,
      centroid: shape.centroid,
      box,
      perimeter,
      circularity: perimeter === 0 ? 1 : Math.min(1, (4 * Math.PI * area) / perimeter ** 2),
      feretMax: feret.max,
      feretMin: feret.min,
      ...ellipseOf(shape.variance),
      solidity: area / pixelsWithin(hull),
      intensities: brightness.map(({ sums, counts, maxima }) => {
        const [sum, counted] = [sums[label] as number, counts[label] as number];
        return { mean: sum / counted, sum: counted === 0 ? Number.NaN : sum, max: maxima[label] as number };
      }),
    };
  });
}

/** The ellipse with the given second moments. The orientation of a circle is 0. */
function ellipseOf({ xx, xy, yy }: ObjectShape['variance']) {
  const half = (xx + yy) / 2;
  const spread = Math.hypot((xx - yy) / 2, xy);
  const major = half + spread;
  const minor = Math.max(0, half - spread);
  // y goes down, so that a positive covariance belongs to an axis that goes down to the right.
  const angle = spread === 0 ? 0 : (Math.atan2(-2 * xy, xx - yy) * 90) / Math.PI;
  return {
    majorAxis: 4 * Math.sqrt(major),
    minorAxis: 4 * Math.sqrt(minor),
    eccentricity: major === 0 ? 0 : Math.sqrt(Math.max(0, 1 - minor / major)),
    orientation: angle < 0 ? angle + 180 : angle,
  };
}

/** Sums and largest values of the pixels of each label, for each channel. */
function channelIntensities(
  { width, count }: LabelImage,
  runs: readonly number[],
  { channels, data: samples }: Image,
) {
  return Array.from({ length: channels }, (_, channel) => {
    const sums = new Float64Array(count + 1);
    const counts = new Float64Array(count + 1);
    const maxima = new Float64Array(count + 1).fill(Number.NaN);
    for (let r = 0; r < runs.length; r += RUN) {
      const [label, row] = [runs[r] as number, (runs[r + 1] as number) * width];
      const [start, end] = [runs[r + 2] as number, runs[r + 3] as number];
      let sum = sums[label] as number;
      let counted = counts[label] as number;
      let most = counted === 0 ? Number.NEGATIVE_INFINITY : (maxima[label] as number);
      const last = (row + end) * channels;
      for (let i = (row + start) * channels + channel; i < last; i += channels) {
        const value = samples[i] as number;
        // Only a finite number leaves nothing of itself.
        if (value - value !== 0) continue;
        counted++;
        sum += value;
        if (value > most) most = value;
      }
      if (counted === 0) continue;
      sums[label] = sum;
      counts[label] = counted;
      maxima[label] = most;
    }
    return { sums, counts, maxima };
  });
}
