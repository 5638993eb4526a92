/**
 * Smaller copies of large images, so that a whole one is seen at once without its pixels all being read: those in the file
 * where it has some, else made once and kept in the project's cache, which may be deleted at any time.
 */
import { mkdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createPyramidTiff, halved, type ImageSource, type Level, retyped } from '@deepflash/imaging';
import { createFileSink, openImageFile } from '@deepflash/imaging/node';
import { messageOf } from '../errors.js';
import type { ProjectFiles } from './layout.js';
import type { OpenImages } from './open-images.js';

/** Pixels of the longest side beyond which an image needs smaller copies. */
export const LARGE = 4096;

/** A plane of a stack, from 0. */
export interface StackPlane {
  readonly slice: number;
  readonly frame: number;
}

export interface PyramidState {
  /** From the full resolution to the smallest copy; only the first until the others are made. */
  readonly levels: readonly Level[];
  /** Part of the copies that is made, 0 to 1. */
  readonly done: number;
  /** Why they cannot be made, if so. */
  readonly problem?: string;
}

/** Where the pixels of a level lie. */
export interface LevelPlace {
  readonly path: string;
  readonly level: number;
  readonly plane: StackPlane;
}

export interface Pyramids {
  /** What there is; begins to make what is missing. */
  state(file: string, plane: StackPlane): Promise<PyramidState>;
  /** Null for a level that is not there. */
  place(file: string, plane: StackPlane, level: number): Promise<LevelPlace | null>;
}

interface Making {
  done: number;
  problem?: string;
  /** When a page asked for it, in milliseconds. Pages ask again and again while they wait. */
  asked: number;
}

/** Milliseconds after which a page that waited asks no more. */
const PATIENCE = 5000;

/** @param patience milliseconds after which copies that nobody asks for give way to others that are waited for */
export function pyramids(files: ProjectFiles, images: OpenImages, patience = PATIENCE): Pyramids {
  const making = new Map<string, Making>();
  /** One after the other: each takes some memory, and the disk is busy enough. */
  let queue: Promise<void> = Promise.resolve();

  /** Who goes through the planes of a stack asks for the copies of each, and looks at one. */
  const isForgotten = (one: Making): boolean => {
    const others = [...making.values()].filter((other) => other !== one && other.problem === undefined);
    return others.length > 0 && Date.now() - one.asked >= patience;
  };

  async function known(file: string, plane: StackPlane) {
    const path = join(files.images, file);
    const { levels, format } = await images.use(path, async ({ info }) => info);
    const [full] = levels;
    const isLarge = full !== undefined && Math.max(full.width, full.height) > LARGE;
    const hasOwn = levels.length > 1 && levels.some(({ width, height }) => Math.max(width, height) <= LARGE);
    // Files that are unpacked whole are copied whole, so that this is done once.
    const isWhole = WHOLE.includes(format);
    const copy = files.pyramid(file, plane.slice + 1, plane.frame + 1);
    return { path, levels, copy, isWhole, needsCopy: isLarge && !hasOwn };
  }

  return {
    async state(file, plane) {
      const { path, levels, copy, isWhole, needsCopy } = await known(file, plane);
      if (!needsCopy) return { levels, done: 1 };
      if (await isNewer(copy, path)) {
        const copied = await images.use(copy, async ({ info }) => info.levels);
        return { levels: isWhole ? copied : [...levels.slice(0, 1), ...copied], done: 1 };
      }
      const one = making.get(copy) ?? { done: 0, asked: 0 };
      one.asked = Date.now();
      if (!making.has(copy)) {
        making.set(copy, one);
        queue = queue.then(async () => {
          if (!isForgotten(one)) await make(path, copy, plane, isWhole ? 1 : 2, one, () => isForgotten(one));
          if (one.problem === undefined) making.delete(copy);
        });
      }
      const { done, problem } = one;
      // They are there when the file is, not with its last tile.
      const state = { levels: levels.slice(0, 1), done: Math.min(done, ALMOST) };
      return problem === undefined ? state : { ...state, problem };
    },
    async place(file, plane, level) {
      const { path, levels, copy, isWhole, needsCopy } = await known(file, plane);
      if (!needsCopy || (level === 0 && !(isWhole && (await isNewer(copy, path))))) {
        return level < levels.length ? { path, level, plane } : null;
      }
      if (!(await isNewer(copy, path))) return null;
      const copied = await images.use(copy, async ({ info }) => info.levels.length);
      const own = isWhole ? level : level - 1;
      return own < copied ? { path: copy, level: own, plane: { slice: 0, frame: 0 } } : null;
    },
  };
}

const ALMOST = 0.99;

const WHOLE = ['PNG', 'JPEG', 'BMP'];

/** Pixels of a side of the windows that are read, and so of the tiles of a level that is half as large. */
const TILE = 512;

async function isNewer(copy: string, original: string): Promise<boolean> {
  const [made, changed] = await Promise.all(
    [copy, original].map((path) =>
      stat(path).then(
        ({ mtimeMs }) => mtimeMs,
        () => null,
      ),
    ),
  );
  return made !== null && made !== undefined && changed !== null && changed !== undefined && made >= changed;
}

/** Writes the copies of a plane, tile by tile; other work goes on in between. Stops, and leaves nothing, when it is to. */
async function make(
  path: string,
  copy: string,
  plane: StackPlane,
  step: 1 | 2,
  state: Making,
  isToStop: () => boolean,
): Promise<void> {
  let source: ImageSource | undefined;
  let sink: Awaited<ReturnType<typeof createFileSink>> | undefined;
  try {
    source = await openImageFile(path);
    const { width, height, channels, dtype, rgb } = source.info;
    await mkdir(dirname(copy), { recursive: true });
    sink = await createFileSink(copy);
    const size = { width: Math.ceil(width / step), height: Math.ceil(height / step) };
    const options = { ...size, channels, dtype, rgb, tileSize: TILE, compression: 'none' } as const;
    const writer = await createPyramidTiff(sink, options);
    const side = TILE * step;
    for (let row = 0; row < writer.rows; row++) {
      for (let column = 0; column < writer.columns; column++) {
        if (isToStop()) {
          await sink.discard();
          return;
        }
        const [x, y] = [column * side, row * side];
        const window = { x, y, width: Math.min(side, width - x), height: Math.min(side, height - y) };
        const read = await source.readRegion({ ...window, ...plane });
        // A window of signed integers may come as another type than the next one.
        const tile = { ...read, dtype, data: retyped(read.data, dtype) };
        await writer.writeTile(column, row, step === 2 ? halved(tile, 'mean') : tile);
        state.done = (row * writer.columns + column + 1) / (writer.rows * writer.columns);
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
    await writer.close();
  } catch (error) {
    await sink?.discard().catch(() => undefined);
    state.problem = messageOf(error);
  } finally {
    await source?.close();
  }
}
