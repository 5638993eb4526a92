import type { Channel } from '../source/image-source.js';
import type { Calibration } from './units.js';

// The planes of an OME image lie in pages (IFDs) of one TIFF file or of many. Each TiffData element places a run
// of planes: the first is at (FirstC, FirstZ, FirstT) and in page IFD; the next ones follow in the order of the
// dimensions, one page each. A channel of several samples (RGB) takes one page for all of them, so C counts
// channels there, while SizeC counts samples.

export type OmeOrder = 'XYZCT' | 'XYZTC' | 'XYCTZ' | 'XYCZT' | 'XYTCZ' | 'XYTZC';

/** A run of planes in consecutive pages of one file. */
export interface TiffBlock {
  readonly ifd: number;
  /** The first plane, from 0; `channel` counts channels, not samples. */
  readonly channel: number;
  readonly slice: number;
  readonly frame: number;
  /** How many planes; Infinity where the file's pages all follow. */
  readonly planes: number;
  /** File name as the metadata has it; null for the file that carries the metadata. */
  readonly file: string | null;
}

/** One image of an OME-XML text. */
export interface OmeImage {
  readonly name: string | null;
  readonly width: number;
  readonly height: number;
  readonly slices: number;
  readonly frames: number;
  /** One for each sample of SizeC. Samples of one page share the name of their channel and have no colour. */
  readonly channels: readonly Channel[];
  /** Samples in each page: 3 for RGB. */
  readonly samplesPerPage: number;
  readonly order: OmeOrder;
  /** `uint1`, `int8` … `float64`, `complex`. */
  readonly type: string;
  readonly significantBits: number | null;
  readonly calibration: Calibration | null;
  /** Seconds from frame to frame. */
  readonly frameInterval: number | null;
  readonly blocks: readonly TiffBlock[];
}

/** Where the samples of one plane are. */
export interface OmePlane {
  /** Null for the file that carries the metadata. */
  readonly file: string | null;
  /** Page of that file, from 0. */
  readonly ifd: number;
  /** Sample of that page. */
  readonly sample: number;
}

/**
 * A function from channel, slice and frame (each from 0) to the place of that plane; undefined where the
 * metadata names none (files lack planes when a recording was stopped).
 */
export function planeTable(
  image: OmeImage,
): (channel: number, slice: number, frame: number) => OmePlane | undefined {
  const { samplesPerPage } = image;
  const { numberOf } = planeNumbers(image);
  const runs = (image.blocks.length > 0 ? image.blocks : [WHOLE_FILE])
    .map((block) => ({ ...block, first: numberOf({ C: block.channel, Z: block.slice, T: block.frame }) }))
    .sort((a, b) => a.first - b.first);
  return (channel, slice, frame) => {
    const number = numberOf({ C: Math.floor(channel / samplesPerPage), Z: slice, T: frame });
    const run = lastNotAfter(runs, number);
    if (!run || number - run.first >= run.planes) return undefined;
    return { file: run.file, ifd: run.ifd + number - run.first, sample: channel % samplesPerPage };
  };
}

/** Slices and frames of a picture, each from 0 and in ascending order. */
export interface OmeParts {
  readonly slices: readonly number[];
  readonly frames: readonly number[];
}

/** The slices and frames of which some blocks hold a plane. @param most how many planes a block can hold */
export function partsIn(image: OmeImage, blocks: readonly TiffBlock[], most: number): OmeParts {
  const { count, numberOf, placeOf } = planeNumbers(image);
  const slices = new Set<number>();
  const frames = new Set<number>();
  for (const block of blocks) {
    const first = numberOf({ C: block.channel, Z: block.slice, T: block.frame });
    const end = Math.min(first + Math.min(block.planes, most), count);
    for (let number = first; number < end; number++) {
      const { Z, T } = placeOf(number);
      slices.add(Z);
      frames.add(T);
    }
  }
  const sorted = (found: Set<number>) => [...found].sort((a, b) => a - b);
  return { slices: sorted(slices), frames: sorted(frames) };
}

/** How the planes of an image are numbered, in the order of its dimensions. */
function planeNumbers({ channels, samplesPerPage, slices, frames, order }: OmeImage) {
  const sizes = { C: channels.length / samplesPerPage, Z: slices, T: frames };
  const axes = [...order.slice(2)].filter((axis) => axis === 'C' || axis === 'Z' || axis === 'T');
  return {
    count: sizes.C * sizes.Z * sizes.T,
    numberOf: (at: typeof sizes): number =>
      axes.reduceRight((number, axis) => number * sizes[axis] + at[axis], 0),
    placeOf(number: number): typeof sizes {
      const at = { C: 0, Z: 0, T: 0 };
      let rest = number;
      for (const axis of axes) {
        at[axis] = rest % sizes[axis];
        rest = Math.floor(rest / sizes[axis]);
      }
      return at;
    },
  };
}

const WHOLE_FILE: TiffBlock = {
  ifd: 0,
  channel: 0,
  slice: 0,
  frame: 0,
  planes: Number.POSITIVE_INFINITY,
  file: null,
};

function lastNotAfter<Run extends { readonly first: number }>(
  runs: readonly Run[],
  number: number,
): Run | undefined {
  let low = 0;
  let high = runs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((runs[middle]?.first ?? 0) <= number) low = middle + 1;
    else high = middle;
  }
  return runs[low - 1];
}

/** A Channel element of OME-XML. */
export interface OmeChannelElement extends Channel {
  readonly samples: number;
}

/** The channels of SizeC samples, from the Channel elements, of which there may be fewer. */
export function omeChannels(
  elements: readonly OmeChannelElement[],
  sizeC: number,
): Pick<OmeImage, 'channels' | 'samplesPerPage'> {
  const declared = elements[0]?.samples ?? 1;
  const samplesPerPage = Number.isInteger(declared) && declared > 0 && sizeC % declared === 0 ? declared : 1;
  const channels = Array.from({ length: sizeC }, (_, sample): Channel => {
    const element = elements[Math.floor(sample / samplesPerPage)];
    return { name: element?.name ?? null, colour: samplesPerPage === 1 ? (element?.colour ?? null) : null };
  });
  return { channels, samplesPerPage };
}
