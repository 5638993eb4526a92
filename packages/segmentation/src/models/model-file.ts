/** A trained network as one portable ONNX file: the weights, and in its metadata all that a prediction needs. */
import { decodeMetadata, Graph, lower, type Runtime, type Tensor } from '@deepflash/engine';
import { z } from 'zod';
import { buildNetwork, type NetworkOptions } from '../networks/network.js';
import type { TileModel } from '../prediction/tile-model.js';
import { selectionSchema } from '../settings/schema.js';
import { weightsOriginSchema } from '../weights/origin.js';

const descriptionSchema = z.object({
  schemaVersion: z.literal(1),
  architecture: z.string(),
  encoder: z.string(),
  /** Levels of the encoder and filters of the decoder; absent where they are the usual ones. */
  encoderDepth: z.union([z.literal(3), z.literal(4), z.literal(5)]).optional(),
  decoderChannels: z.array(z.int().min(1)).optional(),
  classes: z.int().min(2).max(256),
  channels: z.int().min(1),
  /** Side of the tiles in pixels of the scaled image. */
  tileSize: z.int().min(32),
  /** Pixels of the image for one pixel of a tile. */
  scale: z.number().positive(),
  /** Mean and standard deviation of each channel over the training images, by which inputs are normalised. */
  means: z.array(z.number()),
  stds: z.array(z.number().positive()),
  /** `image`: inputs are normalised by the statistics of their own image instead. */
  normalisation: z.enum(['dataset', 'image']).optional(),
  /** Mask value of each class in the training masks. */
  classValues: z.array(z.number()),
  /** The weights that the training started from; absent where they were random. */
  startedFrom: weightsOriginSchema.optional(),
  /** Which parts of the image files it was trained on. */
  selection: selectionSchema.optional(),
  /** Of a file that holds a whole ensemble, which takes raw intensities and returns probabilities. */
  ensemble: z
    .object({
      /** How much each of its networks counts, 1 together. */
      weights: z.array(z.number().min(0)).min(1),
      /** Whether it looks at each tile in four flips. */
      augmentation: z.enum(['flips', 'none']),
    })
    .optional(),
});

/** What a model file says of itself. */
export type ModelDescription = z.infer<typeof descriptionSchema>;

/** A model file opened for prediction. */
export interface SegmentationModel extends TileModel {
  readonly description: ModelDescription;
  dispose(): Promise<void>;
}

/** An ONNX file that was not written by deepflash. */
export class ModelFileError extends Error {
  override readonly name = 'ModelFileError';
  readonly problem: string;

  constructor(problem: string) {
    super(problem);
    this.problem = problem;
  }
}

/** The name of the description in the file's metadata. */
export const DESCRIPTION_KEY = 'deepflash';

/**
 * Writes a model file: input `images` [N, C, H, W], normalised, H and W multiples of 32; output `logits`
 * [N, classes, H, W]. N, H and W are open.
 */
export function encodeModelFile(
  network: Omit<NetworkOptions, 'mode'>,
  description: ModelDescription,
  weights: ReadonlyMap<string, Tensor>,
): Uint8Array {
  const graph = new Graph();
  const images = graph.input('images', [1, description.channels, description.tileSize, description.tileSize]);
  const logits = buildNetwork(graph, images, { ...network, mode: 'evaluate' });
  const open = { 0: 'batch', 2: 'height', 3: 'width' };
  return lower(graph, {
    outputs: { logits },
    variables: weights,
    openAxes: { images: open, logits: open },
    metadata: { [DESCRIPTION_KEY]: JSON.stringify(description) },
  });
}

/** Reads what a model file says of itself. Throws `ModelFileError` for other files. */
export function describeModelFile(bytes: Uint8Array): ModelDescription {
  const text = metadata(bytes)[DESCRIPTION_KEY];
  if (text === undefined) throw new ModelFileError('it is an ONNX file, but not one that deepflash wrote');
  const description = descriptionSchema.safeParse(parsed(text));
  if (!description.success) throw new ModelFileError('it was written by another version of deepflash');
  return description.data;
}

/**
 * Opens the file of one network or of an ensemble, which takes raw instead of normalised intensities.
 * Throws `ModelFileError` for bytes that are none.
 */
export async function openModel(runtime: Runtime, bytes: Uint8Array): Promise<SegmentationModel> {
  const description = describeModelFile(bytes);
  const session = await runtime.InferenceSession.create(bytes, runtime.sessionOptions);
  return {
    description,
    async predict(batch, shape) {
      const { logits, probabilities } = await session.run({
        images: new runtime.Tensor('float32', batch, shape),
      });
      // A softmax takes these logarithms back to the probabilities.
      if (description.ensemble !== undefined && probabilities?.data instanceof Float32Array) {
        return probabilities.data.map(Math.log);
      }
      if (!(logits?.data instanceof Float32Array)) throw new ModelFileError('it does not return logits');
      return logits.data;
    },
    dispose: () => session.release(),
  };
}

function metadata(bytes: Uint8Array): Record<string, string> {
  try {
    return decodeMetadata(bytes);
  } catch {
    throw new ModelFileError('it is no ONNX file, or it is cut off');
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
