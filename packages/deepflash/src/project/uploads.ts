/** Images that people bring into a project. */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { hasImageEnding, ImageFileError, isZarrName, MaskValueError, stem } from '@deepflash/imaging';
import { writeFileAtomic } from '@deepflash/imaging/node';
import { messageOf, UsageError } from '../errors.js';
import { imageInfo } from './images.js';
import { checkedName } from './names.js';
import { fileName, type Unpacked, type Upload } from './unpack.js';

export interface Received {
  /** Each file that was taken; of a mask the image and the expert that it belongs to. */
  readonly added: readonly { readonly file: string; readonly image: string; readonly expert?: string }[];
  /** What was not taken, and why. */
  readonly refused: readonly { readonly file: string; readonly problem: string }[];
}

/** Puts images into a folder. A file that is no image, or whose name is taken, is refused, and the others are kept. */
export async function receiveImages(
  folder: string,
  unpacked: Unpacked,
  taken: readonly string[],
): Promise<Received> {
  const names = new Set(taken.map((file) => stem(file).toLowerCase()));
  await mkdir(folder, { recursive: true });
  return receive(unpacked, async (upload) => {
    const file = fileName(upload);
    if (!hasImageEnding(file) || isZarrName(file)) {
      throw new UsageError(`${file} is no image file such as .png, .tif or .jpg.`);
    }
    const name = stem(file);
    if (names.has(name.toLowerCase())) {
      throw new UsageError(`${file}: an image of this name is there already; rename it.`);
    }
    const path = join(folder, checkedName('a file', file));
    await writeFileAtomic(path, upload.read());
    try {
      await imageInfo(path);
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    }
    names.add(name.toLowerCase());
    return { file, image: name };
  });
}

/** Takes files one by one, and tells of those that do not fit. */
export async function receive(
  { uploads, refused: unreadable }: Unpacked,
  take: (upload: Upload) => Promise<Received['added'][number]>,
): Promise<Received> {
  const added: Received['added'][number][] = [];
  const refused: Received['refused'][number][] = [...unreadable];
  for (const upload of uploads) {
    try {
      added.push(await take(upload));
    } catch (error) {
      const isTheirs =
        error instanceof UsageError || error instanceof ImageFileError || error instanceof MaskValueError;
      if (!isTheirs) throw error;
      refused.push({ file: upload.name, problem: inWords(messageOf(error), fileName(upload)) });
    }
  }
  return { added, refused };
}

/** A message with the file's name in place of its path on this computer. */
function inWords(message: string, file: string): string {
  const at = message.indexOf(file);
  return at > 0 && /^\S*[/\\]$/.test(message.slice(0, at)) ? message.slice(at) : message;
}
