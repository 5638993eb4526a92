/** Files of a network's parameters, logits and gradients as another implementation computed them. */
import { z } from 'zod';
import {
  type ArchitectureName,
  architectures,
  type EncoderName,
  encoders,
  type NetworkShape,
} from '../networks/network.js';

const whole = z.int().min(1);
const channels = z.union([whole, z.array(whole)]).transform((given) => [given].flat());

const referenceSchema = z.object({
  architecture: z.string(),
  encoder: z.string(),
  in_channels: whole,
  classes: whole,
  batch: whole,
  /** Side of the images in pixels. */
  size: whole,
  /** Arguments of the reference beside its defaults. */
  options: z
    .strictObject({
      encoder_depth: z.union([z.literal(3), z.literal(4), z.literal(5)]).optional(),
      encoder_output_stride: z.union([z.literal(8), z.literal(16), z.literal(32)]).optional(),
      decoder_channels: channels.optional(),
      psp_out_channels: whole.optional(),
      decoder_pyramid_channels: whole.optional(),
      decoder_segmentation_channels: whole.optional(),
      /** Of the head. Ours enlarge to the size of the image: that the reference does is seen from its logits' shape. */
      upsampling: whole.optional(),
    })
    .default({}),
  /** Numbers in all parameters, without buffers. */
  parameters: whole.optional(),
  /** Names and shapes of all parameters and buffers, in order. */
  state_dict: z.array(z.tuple([z.string(), z.array(z.int().min(0))])),
  eval_logits: z.object({
    shape: z.array(whole).optional(),
    std: z.number().positive(),
    every: whole,
    samples: z.array(z.number()),
  }),
  train: z.object({
    cross_entropy: z.number(),
    logits_every: whole,
    logits: z.array(z.number()),
    /** Null: the loss does not depend on the parameter. */
    gradient_norms: z.record(z.string(), z.number().nullable()),
  }),
});

/** What a file says. Samples take every n-th value of the flattened tensor. */
export type NetworkReference = z.infer<typeof referenceSchema>;

/** A file that holds no reference of a network. */
export class NetworkReferenceError extends Error {
  override readonly name = 'NetworkReferenceError';
  readonly problem: string;

  constructor(problem: string) {
    super(`This is no file of a reference network: ${problem}.`);
    this.problem = problem;
  }
}

/** Reads the text of a file. Throws `NetworkReferenceError` where it is none. */
export function parseNetworkReference(text: string): NetworkReference {
  const parsed = referenceSchema.safeParse(json(text));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new NetworkReferenceError(`${issue?.path.join('.') || 'the whole'}: ${issue?.message ?? 'invalid'}`);
}

/** The network that a file speaks of, or a sentence on what there is not. */
export function networkShapeOf({ architecture, encoder, options }: NetworkReference): NetworkShape | string {
  if (!isArchitecture(architecture)) {
    return `there is no architecture ${architecture}, but ${Object.keys(architectures).join(', ')}`;
  }
  if (!isEncoder(encoder)) return `there is no encoder ${encoder}, but ${Object.keys(encoders).join(', ')}`;
  return {
    architecture,
    encoder,
    encoderDepth: options.encoder_depth,
    outputStride: options.encoder_output_stride,
    decoderChannels: decoderChannels(architecture, options),
  };
}

/** The filters of the decoder's parts, which the reference names differently in each architecture. */
function decoderChannels(
  architecture: ArchitectureName,
  options: NetworkReference['options'],
): number[] | undefined {
  const { decoder_pyramid_channels: pyramid, decoder_segmentation_channels: segmentation } = options;
  if (options.decoder_channels !== undefined) return options.decoder_channels;
  if (options.psp_out_channels !== undefined) return [options.psp_out_channels];
  if (pyramid === undefined && segmentation === undefined) return undefined;
  const [usualPyramid = 0, usualSegmentation = 0] = architectures[architecture].channels(5);
  return [pyramid ?? usualPyramid, segmentation ?? usualSegmentation];
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new NetworkReferenceError('it is not JSON');
  }
}

function isArchitecture(name: string): name is ArchitectureName {
  return Object.hasOwn(architectures, name);
}

function isEncoder(name: string): name is EncoderName {
  return Object.hasOwn(encoders, name);
}
