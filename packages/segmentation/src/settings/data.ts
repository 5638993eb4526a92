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
  normalisation: z
    .enum(['image', 'dataset'])
    .default('image')
    .meta(
      shown(
        'By what brightness is evened out before the network sees it: the mean and spread of each image, which holds where microscopes and exposures differ, or of the whole data set, where absolute brightness tells something.',
      ),
    ),
  maskKind: z
    .enum(['auto', 'classes', 'colours', 'instances'])
    .default('auto')
    .meta(
      shown(
        'What the values of masks mean: classes, colours by the table of colours, or instances: each object has a number, and objects that touch are kept apart by thin lines; auto: by what the masks hold.',
      ),
    ),
  colours: z
    .string()
    .trim()
    .min(1)
    .nullable()
    .default(null)
    .meta({
      ...shown('What the colours of masks mean: for each colour its class, or ignored for what is left out.'),
      form: 'the path of a CSV file with the columns colour and class, or of a JSON file such as {"#ff0000": 1, "#0000ff": "ignored"}, or a list such as black=0,red=1,blue=ignored',
    }),
  ignore: z
    .array(z.int())
    .min(1)
    .nullable()
    .default(null)
    .meta({
      ...shown('Values of masks that mean: left out. Such pixels count in no training and in no score.'),
      form: 'whole numbers with commas between them, such as 255',
    }),
  soft: z
    .boolean()
    .default(false)
    .meta(
      shown(
        'Learn the probabilities of a consensus instead of its masks: those in the folder probability beside the folder of masks, as deepflash gt writes them.',
      ),
    ),
  experts: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .meta({
      ...shown(
        'Learn from the masks of several experts, those of one drawn at random for each tile; held-out images are compared with the folder of masks.',
      ),
      form: 'the path of a folder that holds a folder of masks for each expert',
    }),
};
