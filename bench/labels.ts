/**
 * Work on masks and numbered objects, ours and OpenCV's (WebAssembly, @techstark/opencv-js), turn by turn in one process,
 * on drawn nuclei of 1024x1024 pixels, many of which touch. Part of `npm run bench`; alone:
 *
 *     npm run build && node bench/dist/labels.js [--rounds N]     prints JSON
 *
 * OpenCV's watershed floods a picture of 8 bits over the edges of pixels, ours distances. Measured are, with OpenCV, of each region its contour, area,
 * perimeter, moments, hull, rectangle of the least area and mean brightness, which is what `measureObjects` gives.
 */
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';
import { createRandom } from '@deepflash/engine';
import {
  connectedComponents,
  distanceTransform,
  type Image,
  measureObjects,
  separateObjects,
  watershed,
} from '@deepflash/imaging';
import type * as OpenCv from '@techstark/opencv-js';
import { median } from './median.js';

export interface LabelTimes {
  readonly work: string;
  /** Median seconds. */
  readonly ours: number;
  readonly theirs: number;
  /** Median of the ratios of each round. */
  readonly ratio: number;
}

const SIDE = 1024;
const { values } = parseArgs({ options: { rounds: { type: 'string', default: '9' } } });
const cv: typeof OpenCv = createRequire(import.meta.url)('@techstark/opencv-js');
await new Promise<void>((resolve) => {
  cv.onRuntimeInitialized = () => resolve();
  if ('Mat' in cv && typeof cv.Mat === 'function') resolve();
});

const mask = { width: SIDE, height: SIDE, data: drawnNuclei() };
const picture: Image = {
  ...{ width: SIDE, height: SIDE, channels: 1, dtype: 'uint8' },
  data: mask.data.map((value, i) => 40 * value + ((i * 37) % 97)),
};
const works = [components(), distances(), flooding(), measuring()];
console.log(JSON.stringify(works.map((work) => timed(work, Number(values.rounds)))));

interface Work {
  readonly work: string;
  ours(): void;
  theirs(): void;
}

function timed({ work, ours, theirs }: Work, rounds: number): LabelTimes {
  const seconds = (run: () => void): number => {
    const start = performance.now();
    run();
    return (performance.now() - start) / 1000;
  };
  // The first turns compile.
  for (let turn = 0; turn < 3; turn++) {
    ours();
    theirs();
  }
  const turns = Array.from({ length: rounds }, () => ({ ours: seconds(ours), theirs: seconds(theirs) }));
  return {
    work,
    ours: median(turns.map((turn) => turn.ours)),
    theirs: median(turns.map((turn) => turn.theirs)),
    ratio: median(turns.map((turn) => turn.ours / turn.theirs)),
  };
}

function components(): Work {
  const source = matOf(mask.data);
  const labels = new cv.Mat();
  return {
    work: 'connected components',
    ours: () => connectedComponents(mask, 8),
    theirs: () => cv.connectedComponents(source, labels, 8, cv.CV_32S),
  };
}

function distances(): Work {
  const source = matOf(mask.data);
  const result = new cv.Mat();
  return {
    work: 'distance transform',
    ours: () => distanceTransform(mask),
    theirs: () => cv.distanceTransform(source, result, cv.DIST_L2, cv.DIST_MASK_PRECISE),
  };
}

function flooding(): Work {
  // Each nucleus has a seed: the pixels that are more than 6 from the background.
  const distance = distanceTransform(mask);
  const seeds = connectedComponents({ ...mask, data: Uint8Array.from(distance, (d) => (d > 6 ? 1 : 0)) }, 8);
  const surface = Float64Array.from(distance, (d) => -Math.round(d * d));
  const grey = Uint8Array.from(distance, (d) => 255 - Math.min(255, Math.round(4 * d)));
  const source = cv.matFromArray(
    SIDE,
    SIDE,
    cv.CV_8UC3,
    [...grey].flatMap((value) => [value, value, value]),
  );
  // OpenCV floods all that is 0, so the background is a basin of its own.
  const markers = Int32Array.from(seeds.data, (label, i) => (mask.data[i] === 0 ? seeds.count + 1 : label));
  const result = new cv.Mat(SIDE, SIDE, cv.CV_32SC1);
  return {
    work: 'watershed',
    ours: () => watershed({ surface, markers: seeds, mask, connectivity: 4 }),
    theirs() {
      result.data32S.set(markers);
      cv.watershed(source, result);
    },
  };
}

function measuring(): Work {
  const labels = connectedComponents({ ...mask, data: ridged() }, 4);
  const source = matOf(Uint8Array.from(labels.data, (label) => (label === 0 ? 0 : 1)));
  const grey = matOf(Uint8Array.from(picture.data));
  return {
    work: `measurements of ${labels.count} regions`,
    ours: () => measureObjects(labels, picture),
    theirs() {
      const contours = new cv.MatVector();
      const hierarchy = new cv.Mat();
      cv.findContours(source, contours, hierarchy, cv.RETR_EXTERNAL, cv.CHAIN_APPROX_NONE);
      for (let index = 0; index < contours.size(); index++) {
        const contour = contours.get(index);
        const hull = new cv.Mat();
        cv.contourArea(contour);
        cv.arcLength(contour, true);
        cv.moments(contour);
        cv.convexHull(contour, hull);
        cv.contourArea(hull);
        cv.minAreaRect(contour);
        const box = cv.boundingRect(contour);
        const [part, inside] = [grey.roi(box), source.roi(box)];
        cv.mean(part, inside);
        for (const used of [contour, hull, part, inside]) used.delete();
      }
      contours.delete();
      hierarchy.delete();
    },
  };
}

/** The mask with a line of background between nuclei that touch. */
function ridged(): Uint8Array {
  const { data } = separateObjects(mask, 0.75);
  return Uint8Array.from(data, (label, i) => {
    const others = [i + 1, i + SIDE, i + SIDE + 1].map((at) => data[at] ?? 0);
    return label !== 0 && others.every((other) => other === 0 || other === label) ? 1 : 0;
  });
}

function matOf(data: Uint8Array) {
  const mat = new cv.Mat(SIDE, SIDE, cv.CV_8UC1);
  mat.data.set(data);
  return mat;
}

function drawnNuclei(): Uint8Array {
  const random = createRandom('nuclei of the bench');
  const data = new Uint8Array(SIDE * SIDE);
  for (let nucleus = 0; nucleus < 600; nucleus++) {
    const [row, column] = [random.next() * SIDE, random.next() * SIDE];
    const [tall, wide] = [8 + 12 * random.next(), 8 + 12 * random.next()];
    for (let y = Math.max(0, Math.ceil(row - tall)); y < Math.min(SIDE, row + tall); y++) {
      for (let x = Math.max(0, Math.ceil(column - wide)); x < Math.min(SIDE, column + wide); x++) {
        if (Math.hypot((y - row) / tall, (x - column) / wide) < 1) data[y * SIDE + x] = 1;
      }
    }
  }
  return data;
}
