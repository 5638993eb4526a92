/** Files that people bring: images, masks, or a zip of them. */
import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { hasImageEnding, ImageFileError, isZarrName, matchMasks, readZip, stem } from '@deepflash/imaging';
import { writeFileAtomic } from '@deepflash/imaging/node';
import { messageOf, UsageError } from '../errors.js';
import { checkedName } from './names.js';
import { imageInfo } from './project.js';

export interface Upload {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface Received {
  readonly added: readonly string[];
  /** What was not taken, and why. */
  readonly refused: readonly { readonly file: string; readonly problem: string }[];
}

/** Unpacked bytes of a zip. */
const LARGEST_ARCHIVE = 2 ** 31;

/** The files of an upload, those of a zip without their folders. Throws an ImageFileError for a zip that is none or is malicious. */
export function unpacked(uploads: readonly Upload[]): Upload[] {
  return uploads.flatMap(({ name, bytes }) => {
    if (!/\.zip$/i.test(name)) return [{ name, bytes }];
    return readZip(bytes, name, { totalBytes: LARGEST_ARCHIVE, entries: 20_000 })
      .filter((entry) => !/(^|\/)(\.|__MACOSX)/.test(entry.name))
      .map((entry) => ({ name: basename(entry.name), bytes: entry.read() }));
  });
}

/** Puts images into a folder. A file that is no image, or whose name is taken, is refused, and the others are kept. */
export async function receiveImages(
  folder: string,
  uploads: readonly Upload[],
  taken: readonly string[],
): Promise<Received> {
  const names = new Set(taken.map((file) => stem(file).toLowerCase()));
  return receive(folder, uploads, (file) => {
    const name = stem(file).toLowerCase();
    if (names.has(name)) throw new UsageError(`${file}: an image of this name is there already; rename it.`);
    names.add(name);
    return file;
  });
}

/** Puts masks into an expert's folder under the names of their images, as PNG or TIFF. */
export async function receiveMasks(
  folder: string,
  uploads: readonly Upload[],
  images: readonly string[],
): Promise<Received> {
  const { pairs } = matchMasks(
    images,
    uploads.map(({ name }) => name),
  );
  const imageOf = new Map(pairs.map(({ image, mask }) => [mask, image]));
  return receive(folder, uploads, (file) => {
    const image = imageOf.get(file);
    if (image === undefined) throw new UsageError(`${file} begins with the name of no image of the project.`);
    if (!/\.png$/i.test(file)) throw new UsageError(`${file} is no PNG: save the mask as PNG.`);
    if (existsSync(join(folder, `${stem(image)}.png`))) {
      throw new UsageError(`${file}: there is a drawing of ${stem(image)} by this expert already.`);
    }
    return `${stem(image)}.png`;
  });
}

async function receive(
  folder: string,
  uploads: readonly Upload[],
  nameFor: (file: string) => string,
): Promise<Received> {
  await mkdir(folder, { recursive: true });
  const added: string[] = [];
  const refused: { file: string; problem: string }[] = [];
  for (const { name: file, bytes } of uploads) {
    try {
      if (!hasImageEnding(file) || isZarrName(file)) {
        throw new UsageError(`${file} is no image file such as .png, .tif or .jpg.`);
      }
      const name = nameFor(file);
      checkedName('a file', name);
      const path = join(folder, name);
      await writeFileAtomic(path, bytes);
      try {
        await imageInfo(path);
      } catch (error) {
        await rm(path, { force: true });
        throw error;
      }
      added.push(name);
    } catch (error) {
      if (!(error instanceof UsageError || error instanceof ImageFileError)) throw error;
      refused.push({
        file,
        problem: messageOf(error)
          .replaceAll(folder, '')
          .replace(/^[/\\]/, ''),
      });
    }
  }
  return { added, refused };
}
