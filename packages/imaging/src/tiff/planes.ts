import { truncated } from '../errors.js';
import { checkSampleCount } from '../limits.js';
import type { StoredSamples } from '../source/narrow.js';
import { readBands } from './bands.js';
import type { BlockCache } from './block-cache.js';
import { type Block, readBlocks, type Window } from './blocks.js';
import { compressionOf } from './compression.js';
import type { TiffPage } from './page.js';
import { newStored } from './samples.js';

/** One sample of the pixels of a page. */
export interface Plane {
  readonly page: TiffPage;
  readonly sample: number;
  /** Added to where the page's pixels lie; see `readBands`. */
  readonly shift: number;
}

/**
 * Reads a window of several planes of equal kind, [height, width, planes], with the numbers that are stored.
 * Throws an ImageFileError for damaged data and, before memory is taken, for more than the file can hold.
 */
export async function readPlanes(
  planes: readonly Plane[],
  window: Window,
  cache: BlockCache,
): Promise<StoredSamples> {
  const [first] = planes;
  if (!first) throw new RangeError('There are no planes to read.');
  const { tiff, layout } = first.page;
  checkSampleCount(tiff.name, window.width, window.height, planes.length);
  const length = window.width * window.height * planes.length;
  const bytes = Math.floor((length * layout.bits) / 8);
  const files = new Map(planes.map(({ page }) => [page.tiff.name, page.tiff.size]));
  const stored = [...files.values()].reduce((sum, size) => sum + size, 0);
  if (bytes > stored * compressionOf(layout.compression, tiff.name).ratio + 4096) {
    throw truncated(tiff.name, `${bytes} bytes of pixels are declared, the file cannot hold them`);
  }
  const out = newStored(layout, length);
  for (const group of grouped(planes)) {
    const { page, plane, shift } = group;
    const place = (block: Block) => {
      for (const { sample, channel } of group.samples) {
        placeSample(block, sample, out, window, { channel, channels: planes.length });
      }
    };
    // Predicted samples depend on those to their left.
    if (page.layout.compression === 1 && page.layout.predictor === 1) {
      await readBands(page, plane, window, shift, place);
    } else await readBlocks(page, plane, window, cache, place);
  }
  return out;
}

/** Samples that are read together: those of one plane of a page. */
interface Group {
  readonly page: TiffPage;
  readonly plane: number;
  readonly shift: number;
  /** Their places among the samples that lie beside one another in the page, and in what is read. */
  readonly samples: { readonly sample: number; readonly channel: number }[];
}

function grouped(planes: readonly Plane[]): Group[] {
  const groups: Group[] = [];
  for (const [channel, { page, sample, shift }] of planes.entries()) {
    const plane = page.layout.planar ? sample : 0;
    const beside = { sample: page.layout.planar ? 0 : sample, channel };
    const group = groups.find((g) => g.page === page && g.plane === plane && g.shift === shift);
    if (group) group.samples.push(beside);
    else groups.push({ page, plane, shift, samples: [beside] });
  }
  return groups;
}

function placeSample(
  block: Block,
  sample: number,
  out: StoredSamples,
  window: Window,
  { channel, channels }: { readonly channel: number; readonly channels: number },
): void {
  const left = Math.max(block.x, window.x);
  const right = Math.min(block.x + block.width, window.x + window.width);
  const top = Math.max(block.y, window.y);
  const bottom = Math.min(block.y + block.height, window.y + window.height);
  const { samples, beside } = block;
  for (let y = top; y < bottom; y++) {
    let from = ((y - block.y) * block.width + left - block.x) * beside + sample;
    let to = ((y - window.y) * window.width + left - window.x) * channels + channel;
    if (beside === 1 && channels === 1) {
      out.set(samples.subarray(from, from + right - left), to);
      continue;
    }
    for (let x = left; x < right; x++, from += beside, to += channels) out[to] = samples[from] as number;
  }
}
