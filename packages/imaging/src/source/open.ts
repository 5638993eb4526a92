import { truncated } from '../errors.js';
import { isTiff } from '../tiff/directory.js';
import type { Siblings } from '../tiff/files.js';
import { openOmeCompanion, openTiffSource } from '../tiff/source.js';
import type { ByteSource } from './byte-source.js';
import { checkFormat, decodePicture } from './decode-picture.js';
import { guarded } from './guarded.js';
import type { ImageSource } from './image-source.js';
import { pictureSource } from './picture.js';

export interface OpenOptions {
  /**
   * Gives the bytes of a file that lies beside the one that is opened, by its name: an OME-TIFF may be spread over
   * several. Must refuse names that lead elsewhere.
   */
  readonly siblings?: Siblings;
}

const START = 4096;

/**
 * Opens a picture: PNG, JPEG, BMP, or TIFF and what microscope programs make of it; the content decides which,
 * not the file's ending. TIFF files are read in parts, the others whole. Closing the picture closes the bytes.
 * Throws an ImageFileError for anything else, and for damaged files.
 */
export function openImage(source: ByteSource, { siblings }: OpenOptions = {}): Promise<ImageSource> {
  const { name, size } = source;
  return guarded(name, async () => {
    if (size === 0) throw truncated(name, 'it has no content');
    const start = await source.read(0, Math.min(START, size));
    if (isTiff(start)) return openTiffSource(source, siblings);
    if (isOmeCompanion(start)) return openOmeCompanion(source, siblings);
    // A file of another format may be far too large to be read whole.
    checkFormat(start, name);
    const { image, ...options } = await decodePicture(await source.read(0, size), name);
    return { ...pictureSource(image, options), close: () => source.close() };
  });
}

/** The text of a `.companion.ome` file, which describes the TIFF files beside it. */
function isOmeCompanion(start: Uint8Array): boolean {
  return start.includes(0x3c) && /^\ufeff?\s*<(\?xml|(\w+:)?OME[\s>])/.test(new TextDecoder().decode(start));
}
