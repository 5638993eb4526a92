import { createPyramidTiff } from '@deepflash/imaging';
import { createFileSink } from '@deepflash/imaging/node';
import type { PictureFormat, PictureToWrite } from './picture-format.js';
import { writeStack } from './stack.js';
import { commonType, inType, tilesOf } from './tiles.js';

/** Planes with a longer side than this are written as tiles in several resolutions, so that viewers stay quick. */
const LONGEST_FLAT = 4096;
const TILE = 512;

/** OME-TIFF, which Fiji, QuPath, napari and OMERO read. */
export const omeTiff: PictureFormat = {
  name: 'OME-TIFF',
  endings: ['.ome.tif', '.ome.tiff'],
  holds: 'stack',
  async write(picture) {
    const { width, height, slices, frames } = picture.source.info;
    // Pyramids hold one plane for each channel.
    if (Math.max(width, height) > LONGEST_FLAT && slices * frames === 1) await writePyramid(picture);
    else await writeStack(picture, { metadata: 'ome', colours: 'together' });
    return [];
  },
};

/** Writes tile by tile, so that pictures of any size fit into memory. */
async function writePyramid({ source, out }: PictureToWrite): Promise<void> {
  const { width, height, channels, rgb, pixelSize, unit } = source.info;
  const dtype = await commonType(source, TILE);
  const sink = await createFileSink(out);
  try {
    const picture = { width, height, channels, dtype, rgb, pixelSize, unit, tileSize: TILE };
    const writer = await createPyramidTiff(sink, picture);
    for await (const { column, row, image } of tilesOf(source, { side: TILE })) {
      await writer.writeTile(column, row, inType(image, dtype));
    }
    await writer.close();
  } catch (error) {
    await sink.discard();
    throw error;
  }
}
