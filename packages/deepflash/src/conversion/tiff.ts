import type { PictureFormat } from './picture-format.js';
import { writeStack } from './stack.js';

/** TIFF with the metadata of ImageJ: Fiji shows it as a hyperstack with channels and calibration. */
export const tiff: PictureFormat = {
  name: 'TIFF',
  endings: ['.tif', '.tiff'],
  holds: 'stack',
  async write(picture) {
    // ImageJ has colour pictures of 8 bits only; others become three channels.
    const colours = picture.source.info.storedType === 'uint8' ? 'together' : 'apart';
    await writeStack(picture, { metadata: 'imagej', colours });
    return [];
  },
};
