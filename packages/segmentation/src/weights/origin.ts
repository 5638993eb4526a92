import { z } from 'zod';

/**
 * Where the weights came from that a training started with.
 *
 * `preprocessing` says how images were normalised for those weights. Our networks are given images that are normalised
 * by the statistics of the training images instead (see docs/decisions/pretrained-weights.md), so it is a record, and
 * no prediction uses it.
 */
export const weightsOriginSchema = z.object({
  /** `hf:owner/repository/file@revision`, or the name of a file. */
  source: z.string(),
  /** Of the file. */
  sha256: z.string(),
  /** `encoder` where only that part of the network came from there. */
  part: z.enum(['encoder', 'network']),
  preprocessing: z
    .object({
      means: z.array(z.number()).readonly(),
      stds: z.array(z.number().positive()).readonly(),
      range: z.tuple([z.number(), z.number()]).readonly(),
    })
    .nullable(),
});

export type WeightsOrigin = z.infer<typeof weightsOriginSchema>;
