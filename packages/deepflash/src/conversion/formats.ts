import { UsageError } from '../errors.js';
import { omeTiff } from './ome-tiff.js';
import { omeZarr } from './ome-zarr.js';
import type { PictureFormat } from './picture-format.js';
import { png } from './png.js';
import { tiff } from './tiff.js';

/** Every kind of file that is written; of endings that fit, the longest counts. */
const formats: readonly PictureFormat[] = [png, tiff, omeTiff, omeZarr];

/** The kind of file that a name's ending stands for. Throws a UsageError for another ending. */
export function formatOf(out: string): PictureFormat {
  const name = out.replace(/[/\\]+$/, '').toLowerCase();
  const [best] = formats
    .flatMap((format) => format.endings.map((ending) => ({ format, ending })))
    .filter(({ ending }) => name.endsWith(ending))
    .sort((a, b) => b.ending.length - a.ending.length);
  if (best !== undefined) return best.format;
  throw new UsageError(`${out} has none of the endings that say what is written: ${allEndings()}.`);
}

/** `.png (PNG), .tif (TIFF) …`, for helps and errors. */
export function allEndings(): string {
  return formats.map(({ name, endings }) => `${endings[0]} (${name})`).join(', ');
}
