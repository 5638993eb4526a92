/** How the images of a prediction are shared among tasks. */
import { join } from 'node:path';
import { openImageFile } from '@deepflash/imaging/node';
import { bandEdges, type ModelDescription } from '@deepflash/segmentation';
import { MOST_PIXELS } from '../prediction/predict-file.js';
import type { BandShard } from './shards.js';

/** More tasks in an array are more than many a cluster allows; fewer images in one are not worth its start. */
const MOST_SHARDS = 1000;
const FEWEST_IMAGES = 50;
/** Pixels of a band where nobody says how many there are: 10,000 x 10,000. */
const BAND_PIXELS = 1e8;
/** Bands compute up to three rows of tiles that their neighbours compute as well, so they have more than that of their own. */
const FEWEST_TILE_ROWS = 8;

export interface ImagePlan {
  /** Images by task. */
  readonly lists: readonly (readonly string[])[];
  readonly bands: readonly BandShard[];
}

export interface ImageSize {
  readonly file: string;
  /** Pixels; undefined of a file that cannot be read, which its task will tell. */
  readonly size: { readonly width: number; readonly height: number } | undefined;
}

/**
 * Shares images among tasks: lists of neighbours, and bands of rows of large images.
 *
 * An image is cut where it is larger than what is predicted in memory (36 megapixels) and tasks are left: `shards` beyond
 * one for each image, shared out by pixels; without `shards`, a band for each 100 megapixels. `bands` cuts every image
 * into so many, and 1 cuts none.
 */
export function planShards(
  images: readonly ImageSize[],
  { scale, tileSize }: Pick<ModelDescription, 'scale' | 'tileSize'>,
  asked: { readonly shards?: number | undefined; readonly bands?: number | undefined },
): ImagePlan {
  const { shards = MOST_SHARDS, bands } = asked;
  const isCut = ({ size }: ImageSize): boolean =>
    size !== undefined && (bands === undefined ? pixelsOf({ size }) > MOST_PIXELS : bands > 1);
  const spare = Math.max(0, shards - images.length);
  const all = images.filter(isCut).reduce((sum, image) => sum + pixelsOf(image), 0);
  const wanted = (image: ImageSize): number => {
    if (bands !== undefined) return bands;
    const share = 1 + Math.floor((spare * pixelsOf(image)) / all);
    return asked.shards === undefined ? Math.min(share, Math.ceil(pixelsOf(image) / BAND_PIXELS)) : share;
  };
  const cut: BandShard[] = [];
  const whole: string[] = [];
  for (const image of images) {
    const { size, file } = image;
    const edges = size !== undefined && isCut(image) ? bandEdges(size.height, { scale, tileSize }) : [];
    const most = Math.floor((edges.length - 1) / (bands === undefined ? FEWEST_TILE_ROWS : 1));
    const count = Math.min(most, isCut(image) ? wanted(image) : 1);
    if (count <= 1) whole.push(file);
    else cut.push(...bandsOf(file, edges.length - 1, count));
  }
  const left = asked.shards === undefined ? MOST_SHARDS : Math.max(1, asked.shards - cut.length);
  const usual = Math.min(left, Math.ceil(whole.length / FEWEST_IMAGES));
  const count = Math.min(whole.length, asked.shards === undefined ? usual : left);
  return { lists: inLists(whole, count), bands: cut };
}

function bandsOf(file: string, tileRows: number, of: number): BandShard[] {
  const edge = (index: number): number => Math.floor((index * tileRows) / of);
  return Array.from({ length: of }, (_, index) => {
    return { file, band: { first: edge(index), end: edge(index + 1) }, number: index + 1, of };
  });
}

function inLists(files: readonly string[], count: number): string[][] {
  const edge = (index: number): number => Math.floor((index * files.length) / count);
  return Array.from({ length: count }, (_, index) => files.slice(edge(index), edge(index + 1)));
}

function pixelsOf({ size }: Pick<ImageSize, 'size'>): number {
  return size === undefined ? 0 : size.width * size.height;
}

/** The sizes of images where some may be cut: of more than there are tasks, none is, and none is looked at. */
export async function sizesOf(
  folder: string,
  files: readonly string[],
  asked: { readonly shards?: number | undefined; readonly bands?: number | undefined },
): Promise<ImageSize[]> {
  const { shards = MOST_SHARDS, bands } = asked;
  const isLookedAt = bands === undefined ? files.length < shards : bands > 1;
  const sizes: ImageSize[] = [];
  for (const file of files)
    sizes.push({ file, size: isLookedAt ? await sizeOf(join(folder, file)) : undefined });
  return sizes;
}

async function sizeOf(path: string): Promise<ImageSize['size']> {
  const source = await openImageFile(path).catch(() => undefined);
  if (source === undefined) return undefined;
  const { width, height } = source.info;
  await source.close();
  return { width, height };
}
