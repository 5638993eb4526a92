import { z } from 'zod';
import { between, shown, whole } from './kinds.js';

/** Which parts of the image files are used, and how the network sees them. */
export const dataSettings = {
  channels: z
    .array(z.union([whole(1, 65536), z.string().trim().min(1)]))
    .min(1)
    .nullable()
    .default(null)
    .meta({
      ...shown('Channels of the images to use, by number from 1 or by name; null: all.'),
      form: 'numbers or names with commas between them, such as 1,DAPI',
    }),
  z: z
    .union([whole(1, 1_000_000), z.enum(['max', 'mean'])])
    .nullable()
    .default(null)
    .meta({
      ...shown('Slice of stacks to use, from 1, or max or mean of all slices; null: max.'),
      form: 'a whole number from 1, max or mean',
    }),
  time: whole(1, 1_000_000)
    .nullable()
    .default(null)
    .meta(shown('Point in time of series to use, from 1; null: the first.')),
  tileSize: whole(32, 2048)
    .multipleOf(32)
    .nullable()
    .default(null)
    .meta(
      shown(
        'Side of the square tiles that the network sees, in pixels; null: chosen by the images and the memory.',
      ),
    ),
  scale: between(0.25, 16)
    .nullable()
    .default(null)
    .meta(
      shown(
        'Pixels of the image for one pixel of a tile; above 1 it sees more at less detail; null: chosen by the size of the objects.',
      ),
    ),
};
