import { encodeTiff } from '@deepflash/imaging';
import { writeFileAtomic } from '@deepflash/imaging/node';
import type { PictureFormat } from './picture-format.js';
import { readStack } from './stack.js';

/** OME-TIFF, which Fiji, QuPath, napari and OMERO read. */
export const omeTiff: PictureFormat = {
  name: 'OME-TIFF',
  endings: ['.ome.tif', '.ome.tiff'],
  holds: 'stack',
  async write(picture) {
    const stack = await readStack(picture, { colours: 'together' });
    await writeFileAtomic(picture.out, encodeTiff(stack, { metadata: 'ome' }));
    return [];
  },
};
