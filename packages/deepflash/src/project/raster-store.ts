/** Numbers of whole images in memory that change stroke by stroke, with every stroke on the disk before it counts as saved. */
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UsageError } from '../errors.js';
import { appendStroke, imagesWithStrokes, readStrokes, type Stroke } from './journal.js';
import { folderNames } from './project.js';

/** A number for each pixel, row by row. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array | Uint32Array;
}

export interface RasterStore<Kind extends Raster> {
  read(expert: string, image: string): Promise<Kind>;
  /** Takes over a stroke, which is on the disk when the promise is fulfilled. Throws a UsageError for one that does not fit. */
  patch(expert: string, image: string, stroke: Stroke): Promise<void>;
  /** Writes the strokes of one image into its file. */
  settle(expert: string, image: string): Promise<void>;
  /** Writes all strokes into their files. */
  flush(): Promise<void>;
  /** Writes strokes into their files that a server left behind which was killed. */
  recover(): Promise<void>;
  /** Lets go of what is kept of an image, of which the file was changed by others. */
  forget(expert: string, image: string): Promise<void>;
}

export interface RasterStoreOptions<Kind extends Raster> {
  /** The folder in which each expert has one. */
  readonly folder: string;
  readonly journal: (expert: string, image: string) => string;
  /** Reads the file, or makes what there is without one. */
  readonly load: (expert: string, image: string) => Promise<Kind>;
  /** Writes the file. Strokes that come meanwhile may be in it, in part or not at all: it is written once more then. */
  readonly write: (expert: string, image: string, raster: Kind) => Promise<void>;
  readonly areValues: (values: Raster['data']) => boolean;
  /** Bytes beyond which images are let go of, those first that were used longest ago. */
  readonly memory?: number;
}

/** Milliseconds without a stroke after which the file is written. */
const QUIET = 3000;

const MEMORY = 2 ** 28;

interface Kept<Kind> {
  readonly raster: Kind;
  /** How many are not yet in the file. */
  strokes: number;
  timer: NodeJS.Timeout | undefined;
  writing: Promise<void> | undefined;
}

export function rasterStore<Kind extends Raster>(options: RasterStoreOptions<Kind>): RasterStore<Kind> {
  const { folder, journal, load, write, areValues, memory = MEMORY } = options;
  /** The one that was used last is the last. */
  const kept = new Map<string, Kept<Kind>>();
  const working = new Map<string, Promise<unknown>>();
  /** Work on one image of one expert, one after the other. */
  const inTurn = <T>(expert: string, image: string, work: () => Promise<T>): Promise<T> => {
    const key = keyOf(expert, image);
    const next = (working.get(key) ?? Promise.resolve()).catch(() => undefined).then(work);
    working.set(key, next);
    const end = (): void => {
      if (working.get(key) !== next) return;
      working.delete(key);
      makeRoom();
    };
    next.then(end, end);
    return next;
  };

  /** Lets go of what is in its file and not in use; the image that was used last stays. */
  function makeRoom(): void {
    const last = [...kept.keys()].at(-1);
    let bytes = 0;
    for (const { raster } of kept.values()) bytes += raster.data.byteLength;
    for (const [key, { raster, strokes, writing }] of kept) {
      if (bytes <= memory || key === last) return;
      if (strokes > 0 || writing !== undefined || working.has(key)) continue;
      kept.delete(key);
      bytes -= raster.data.byteLength;
    }
  }

  async function open(expert: string, image: string): Promise<Kept<Kind>> {
    const key = keyOf(expert, image);
    const known = kept.get(key);
    if (known !== undefined) {
      kept.delete(key);
      kept.set(key, known);
      return known;
    }
    const raster = await load(expert, image);
    const strokes = await readStrokes(journal(expert, image), raster.data.BYTES_PER_ELEMENT);
    for (const stroke of strokes) if (fits(stroke, raster)) apply(stroke, raster);
    const opened = { raster, strokes: strokes.length, timer: undefined, writing: undefined };
    kept.set(key, opened);
    return opened;
  }

  /** Writes the file with all strokes that are there now. It takes no turn: strokes are taken meanwhile. */
  function save(expert: string, image: string): Promise<void> {
    const one = kept.get(keyOf(expert, image));
    if (one === undefined) return Promise.resolve();
    const next = (one.writing ?? Promise.resolve())
      .catch(() => undefined)
      .then(() => writeOut(expert, image, one));
    one.writing = next;
    const end = (): void => {
      if (one.writing !== next) return;
      one.writing = undefined;
      makeRoom();
    };
    next.then(end, end);
    return next;
  }

  async function writeOut(expert: string, image: string, one: Kept<Kind>): Promise<void> {
    const { strokes } = one;
    if (strokes === 0) return;
    clearTimeout(one.timer);
    await write(expert, image, one.raster);
    await inTurn(expert, image, async () => {
      // Where strokes came meanwhile the journal stays whole: those that are in the file may be made once more.
      if (one.strokes > strokes || kept.get(keyOf(expert, image)) !== one) return;
      await rm(journal(expert, image), { force: true });
      one.strokes = 0;
    });
  }

  async function settle(expert: string, image: string): Promise<void> {
    // What was asked for before is done before.
    await inTurn(expert, image, async () => undefined);
    await save(expert, image);
  }

  return {
    read: (expert, image) => inTurn(expert, image, async () => (await open(expert, image)).raster),
    patch: (expert, image, stroke) =>
      inTurn(expert, image, async () => {
        const one = await open(expert, image);
        if (!fits(stroke, one.raster) || !areValues(valuesOf(stroke, one.raster))) {
          throw new UsageError(
            `A stroke at ${stroke.x}, ${stroke.y} of ${stroke.width} x ${stroke.height} pixels does not fit the image ${image}.`,
          );
        }
        await mkdir(dirname(journal(expert, image)), { recursive: true });
        await appendStroke(journal(expert, image), stroke);
        apply(stroke, one.raster);
        one.strokes += 1;
        clearTimeout(one.timer);
        const later = (): void => {
          // What cannot be written now stays in the journal.
          save(expert, image).catch(() => undefined);
        };
        one.timer = setTimeout(later, QUIET).unref();
      }),
    settle,
    async flush() {
      for (const key of [...kept.keys()]) {
        const [expert, image] = JSON.parse(key) as [string, string];
        await settle(expert, image);
      }
    },
    async recover() {
      for (const expert of await folderNames(folder)) {
        for (const image of await imagesWithStrokes(join(folder, expert))) {
          const opening = inTurn(expert, image, () => open(expert, image)).then(() => save(expert, image));
          // Strokes of an image that is gone, or does not fit any more, are left where they are.
          await opening.catch(() => undefined);
        }
      }
    },
    async forget(expert, image) {
      const one = kept.get(keyOf(expert, image));
      await inTurn(expert, image, async () => {
        clearTimeout(kept.get(keyOf(expert, image))?.timer);
        kept.delete(keyOf(expert, image));
        await rm(journal(expert, image), { force: true });
      });
      // Nothing is written any more when this is over.
      await one?.writing?.catch(() => undefined);
    },
  };
}

function keyOf(expert: string, image: string): string {
  return JSON.stringify([expert, image]);
}

function fits({ x, y, width, height, values }: Stroke, raster: Raster): boolean {
  const whole = [x, y, width, height].every((number) => Number.isInteger(number) && number >= 0);
  return (
    whole &&
    x + width <= raster.width &&
    y + height <= raster.height &&
    values.length === width * height * raster.data.BYTES_PER_ELEMENT
  );
}

function valuesOf({ values }: Stroke, { data }: Raster): Uint8Array | Uint32Array {
  return data instanceof Uint8Array ? values : new Uint32Array(values.slice().buffer);
}

function apply({ x, y, width, height, values }: Stroke, raster: Raster): void {
  const { data } = raster;
  const each = data.BYTES_PER_ELEMENT;
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const row = width * each;
  for (let line = 0; line < height; line++) {
    bytes.set(values.subarray(line * row, (line + 1) * row), ((y + line) * raster.width + x) * each);
  }
}
