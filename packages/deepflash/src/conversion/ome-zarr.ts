import { createOmeZarr } from '@deepflash/imaging/node';
import type { PictureFormat } from './picture-format.js';
import { commonType, inType, tilesOf } from './tiles.js';

/** Side of the chunks and of the windows that are read for them. */
const TILE = 512;

/** OME-Zarr, a folder of chunks in several resolutions, which napari, Fiji and viewers in the browser read in parts. */
export const omeZarr: PictureFormat = {
  name: 'OME-Zarr',
  endings: ['.ome.zarr', '.zarr'],
  holds: 'stack',
  async write({ source, out }) {
    const { width, height, channels, rgb, slices, frames, pixelSize, unit, frameInterval } = source.info;
    const dtype = await commonType(source, TILE);
    const calibration = pixelSize === null || unit === null ? null : { pixelSize, unit };
    const picture = { width, height, channels, slices, frames, calibration, frameInterval, dtype };
    const writer = await createOmeZarr(out, { ...picture, chunkSize: TILE });
    try {
      for (let frame = 0; frame < frames; frame++) {
        for (let slice = 0; slice < slices; slice++) {
          for await (const { column, row, image } of tilesOf(source, { side: TILE, slice, frame })) {
            const place = { x: column * TILE, y: row * TILE, slice, frame };
            await writer.writeTile({ ...place, image: inType(image, dtype) });
          }
        }
      }
      await writer.close();
    } finally {
      await writer.abort();
    }
    return [
      ...(rgb ? ['Its red, green and blue are three channels in an OME-Zarr.'] : []),
      ...(pixelSize !== null && unit === null ? ['It names no unit, so its pixel size is not kept.'] : []),
    ];
  },
};
