/** What experts drew, as labels of whole images in memory, with every stroke on the disk before it counts as saved. */
import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import {
  type ClassMask,
  classValues,
  decodeMask,
  encodeMask,
  encodePng,
  maskValues,
} from '@deepflash/imaging';
import { writeFileAtomic } from '@deepflash/imaging/node';
import { readMaskFile } from '../data/mask-file.js';
import { UsageError } from '../errors.js';
import { appendStroke, readStrokes, type Stroke } from './journal.js';
import type { ProjectFiles } from './layout.js';

export interface LabelStore {
  /** The class of each pixel; all background where nothing was drawn. */
  read(expert: string, image: string): Promise<ClassMask>;
  /** Takes over a stroke, which is on the disk when the promise is fulfilled. Throws a UsageError for one that does not fit. */
  patch(expert: string, image: string, stroke: Stroke): Promise<void>;
  /** Writes all strokes into the labels' files. */
  flush(): Promise<void>;
}

export interface LabelStoreOptions {
  readonly files: ProjectFiles;
  /** How many there are by now. */
  readonly classes: () => number;
  /** Of an image by its name. Throws for one that is not there. */
  readonly sizeOf: (image: string) => Promise<{ readonly width: number; readonly height: number }>;
}

/** Milliseconds without a stroke after which the labels' file is written. */
const QUIET = 3000;

interface Kept {
  readonly mask: ClassMask;
  strokes: number;
  timer: NodeJS.Timeout | undefined;
}

export function labelStore({ files, classes, sizeOf }: LabelStoreOptions): LabelStore {
  const kept = new Map<string, Kept>();
  const working = new Map<string, Promise<unknown>>();
  /** Work on the labels of one image by one expert, one after the other. */
  const inTurn = <T>(key: string, work: () => Promise<T>): Promise<T> => {
    const next = (working.get(key) ?? Promise.resolve()).catch(() => undefined).then(work);
    working.set(key, next);
    return next;
  };
  const keyOf = (expert: string, image: string): string => JSON.stringify([expert, image]);

  async function load(expert: string, image: string): Promise<Kept> {
    const key = keyOf(expert, image);
    const known = kept.get(key);
    if (known !== undefined) return known;
    const mask = await readLabels(files.labels(expert, image), await sizeOf(image), classes());
    const strokes = await readStrokes(files.journal(expert, image));
    for (const stroke of strokes) if (fits(stroke, mask)) apply(stroke, mask);
    const loaded: Kept = { mask, strokes: strokes.length, timer: undefined };
    kept.set(key, loaded);
    return loaded;
  }

  async function write(expert: string, image: string): Promise<void> {
    const one = kept.get(keyOf(expert, image));
    if (one === undefined || one.strokes === 0) return;
    await writeFileAtomic(
      files.labels(expert, image),
      encodePng(encodeMask({ ...one.mask, classes: classes() })),
    );
    await rm(files.journal(expert, image), { force: true });
    one.strokes = 0;
  }

  return {
    read: (expert, image) => inTurn(keyOf(expert, image), async () => (await load(expert, image)).mask),
    patch: (expert, image, stroke) =>
      inTurn(keyOf(expert, image), async () => {
        const one = await load(expert, image);
        if (!fits(stroke, one.mask) || stroke.values.some((value) => value >= classes())) {
          throw new UsageError(
            `A stroke at ${stroke.x}, ${stroke.y} of ${stroke.width} x ${stroke.height} pixels does not fit the image ${image}.`,
          );
        }
        await mkdir(dirname(files.journal(expert, image)), { recursive: true });
        await appendStroke(files.journal(expert, image), stroke);
        apply(stroke, one.mask);
        one.strokes += 1;
        clearTimeout(one.timer);
        const later = (): void => {
          // What cannot be written now stays in the journal.
          inTurn(keyOf(expert, image), () => write(expert, image)).catch(() => undefined);
        };
        one.timer = setTimeout(later, QUIET).unref();
      }),
    async flush() {
      for (const [key, one] of kept) {
        const [expert, image] = JSON.parse(key) as [string, string];
        clearTimeout(one.timer);
        await inTurn(key, () => write(expert, image));
      }
    },
  };
}

async function readLabels(
  file: string,
  size: { readonly width: number; readonly height: number },
  classes: number,
): Promise<ClassMask> {
  const { width, height } = size;
  if (!existsSync(file)) return { width, height, classes, data: new Uint8Array(width * height) };
  const image = await readMaskFile(file);
  if (image.width !== width || image.height !== height) {
    throw new UsageError(
      `${file} has ${image.width} x ${image.height} pixels, and its image ${width} x ${height}: draw it anew.`,
    );
  }
  return { ...decodeMask(image, classValues([maskValues(image, file)], classes), file), classes };
}

function fits({ x, y, width, height, values }: Stroke, mask: ClassMask): boolean {
  const whole = [x, y, width, height].every((number) => Number.isInteger(number) && number >= 0);
  return whole && x + width <= mask.width && y + height <= mask.height && values.length === width * height;
}

function apply({ x, y, width, height, values }: Stroke, mask: ClassMask): void {
  for (let row = 0; row < height; row++) {
    mask.data.set(values.subarray(row * width, (row + 1) * width), (y + row) * mask.width + x);
  }
}
