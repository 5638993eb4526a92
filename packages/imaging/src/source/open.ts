import { isPng } from '../png/decode.js';
import { readImage } from '../read.js';
import type { ByteSource } from './byte-source.js';
import type { ImageSource } from './image-source.js';
import { pictureSource } from './picture.js';

/** Opens a picture, of whatever format its bytes are; see `readImage`. Closing it closes the bytes. */
export async function openImage(source: ByteSource): Promise<ImageSource> {
  const bytes = await source.read(0, source.size);
  const image = await readImage(bytes, source.name);
  return { ...pictureSource(image, { format: isPng(bytes) ? 'PNG' : 'TIFF' }), close: () => source.close() };
}
