import { connectedComponents } from '@deepflash/imaging';
import type { LabelImage } from '../metrics/objects.js';
import type { ConsensusObject } from './instance-consensus.js';
import type { Box, Drawings } from './instance-drawings.js';
import type { SeenCell } from './instance-votes.js';
import { staple } from './staple.js';

/** The neighbourhood reaches beyond the cell by this share of its extent, so it is about half background. */
const MARGIN = 1 / 4;
/** Enough to settle; a cell of a few pixels can approach its limit very slowly. */
const ITERATIONS = 100;

/** A cell whose largest part holds less of its pixels is in pieces. */
const ONE_PIECE = 0.9;

/** The probability of each pixel of a rectangle, which may reach over the image's borders, to be the cell. */
interface CellProbability {
  readonly box: Box;
  readonly values: Float32Array;
}

/**
 * Draws the cells, each as STAPLE estimates it from the raters who saw it. A rater who overlooked the cell
 * has said nothing about where its border is; counted as background, such raters would make STAPLE trust
 * the others less and shrink the cell, though its existence is already decided.
 */
export function cellShapes(
  drawings: Drawings,
  cells: readonly SeenCell[],
): { labels: LabelImage; objects: ConsensusObject[] } {
  const { width, height } = drawings;
  const data = new Uint32Array(width * height);
  const probability = new Float32Array(width * height);
  const marked = new Uint8Array(drawings.regions.length + 1);
  const boxes = cells.map((cell, index) => {
    const estimate = cellProbability(drawings, cell, marked);
    claimPixels(estimate, index + 1, { width, height, data }, probability);
    return estimate.box;
  });
  for (const [index, box] of boxes.entries()) keepLargestPart({ width, height, data }, index + 1, box);
  return numberInRasterOrder({ width, height, data }, cells);
}

/** @param marked for `Drawings.regionAt` whether a rater marked it; all 0, and left so */
function cellProbability(drawings: Drawings, cell: SeenCell, marked: Uint8Array): CellProbability {
  const box = neighbourhood(drawings, cell);
  const columns = box.right - box.left;
  const pixels = columns * (box.bottom - box.top);
  const ratings = [...cell.values()].map((regions) => {
    const rating = new Uint8Array(pixels);
    for (const region of regions) marked[region + 1] = 1;
    eachPixel(drawings, box, (pixel, inBox) => {
      rating[inBox] = marked[drawings.regionAt[pixel] as number] as number;
    });
    for (const region of regions) marked[region + 1] = 0;
    return rating;
  });
  const { probabilities } = staple(ratings, { classes: 2, maxIterations: ITERATIONS });
  const values = probabilities().subarray(pixels);
  if (isOnePiece(values, columns)) return { box, values };
  // Raters who have little in common can leave STAPLE with nothing, and one who split the cell can leave it with the
  // pieces; then each pixel is voted on, ties for the cell.
  const votes = values.map((_, i) => ratings.filter((rating) => rating[i] === 1).length / ratings.length);
  return { box, values: votes.map((share) => (share >= 0.5 ? 0.5 + share / 2 : 0)) };
}

/** Whether most pixels that are more probably the cell than not are connected. */
function isOnePiece(values: Float32Array, width: number): boolean {
  const data = Uint8Array.from(values, (value) => (value > 0.5 ? 1 : 0));
  const areas = areasOf(connectedComponents({ width, height: data.length / width, data }, 8));
  const all = areas.reduce((sum, area) => sum + area, 0);
  return all > 0 && Math.max(...areas) >= ONE_PIECE * all;
}

function neighbourhood({ regions }: Drawings, cell: SeenCell): Box {
  let [top, left, bottom, right] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 0, 0];
  for (const region of [...cell.values()].flat()) {
    const box = regions[region]?.box;
    if (box === undefined) continue;
    top = Math.min(top, box.top);
    left = Math.min(left, box.left);
    bottom = Math.max(bottom, box.bottom);
    right = Math.max(right, box.right);
  }
  const rows = Math.ceil((bottom - top) * MARGIN);
  const columns = Math.ceil((right - left) * MARGIN);
  return { top: top - rows, left: left - columns, bottom: bottom + rows, right: right + columns };
}

/** Gives the cell the pixels that are more probably its own than background or an earlier cell's. */
function claimPixels(
  { box, values }: CellProbability,
  label: number,
  { width, height, data }: LabelImage,
  probability: Float32Array,
): void {
  eachPixel({ width, height }, box, (pixel, inBox) => {
    const value = values[inBox] as number;
    if (value > 0.5 && value > (probability[pixel] as number)) {
      data[pixel] = label;
      probability[pixel] = value;
    }
  });
}

function keepLargestPart(image: LabelImage, label: number, box: Box): void {
  const width = box.right - box.left;
  const height = box.bottom - box.top;
  const mask = new Uint8Array(width * height);
  eachPixel(image, box, (pixel, inBox) => {
    if (image.data[pixel] === label) mask[inBox] = 1;
  });
  const parts = connectedComponents({ width, height, data: mask }, 8);
  if (parts.count < 2) return;
  const areas = areasOf(parts);
  const largest = areas.indexOf(Math.max(...areas));
  eachPixel(image, box, (pixel, inBox) => {
    const part = parts.data[inBox] as number;
    if (part > 0 && part !== largest) image.data[pixel] = 0;
  });
}

/** The pixels of each label; none are counted for 0. */
function areasOf({ count, data }: ReturnType<typeof connectedComponents>): Uint32Array {
  const areas = new Uint32Array(count + 1);
  for (const label of data) areas[label] = (areas[label] as number) + 1;
  areas[0] = 0;
  return areas;
}

function numberInRasterOrder(
  { width, height, data }: LabelImage,
  cells: readonly SeenCell[],
): { labels: LabelImage; objects: ConsensusObject[] } {
  const areas: number[] = [];
  const numbers = new Map<number, number>();
  for (let i = 0; i < data.length; i++) {
    const label = data[i] as number;
    if (label === 0) continue;
    const number = numbers.get(label) ?? numbers.size + 1;
    numbers.set(label, number);
    areas[number - 1] = (areas[number - 1] ?? 0) + 1;
    data[i] = number;
  }
  const objects = [...numbers].map(([label, number]) => {
    const raters = [...(cells[label - 1]?.keys() ?? [])];
    return { label: number, votes: raters.length, raters, area: areas[number - 1] ?? 0 };
  });
  return { labels: { width, height, data }, objects };
}

/** Calls `visit` for the pixels of a box that lie in the image, with their positions in image and box. */
function eachPixel(
  { width, height }: { readonly width: number; readonly height: number },
  box: Box,
  visit: (pixel: number, inBox: number) => void,
): void {
  const columns = box.right - box.left;
  const from = Math.max(0, box.left);
  const to = Math.min(width, box.right);
  for (let row = Math.max(0, box.top); row < Math.min(height, box.bottom); row++) {
    for (let column = from; column < to; column++) {
      visit(row * width + column, (row - box.top) * columns + column - box.left);
    }
  }
}
