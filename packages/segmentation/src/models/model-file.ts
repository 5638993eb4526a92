/** A trained network as one portable ONNX file: the weights, and in its metadata all that a prediction needs. */
import { decodeMetadata, Graph, lower, type Runtime, type Tensor } from '@deepflash/engine';
import { z } from 'zod';
import { buildHeads, type NetworkOptions } from '../networks/network.js';
import { SEPARATION_PLANES, separationPlanes, separations } from '../networks/separation-head.js';
import type { TileBatchShape, TileModel } from '../prediction/tile-model.js';
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
  /** Whether it has a second head that tells touching objects apart. */
  separation: z.enum(separations).optional(),
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
 * [N, classes, H, W] and, where the description says so, `separation` [N, 2, H, W]. N, H and W are open.
 */
export function encodeModelFile(
  network: Omit<NetworkOptions, 'mode'>,
  description: ModelDescription,
  weights: ReadonlyMap<string, Tensor>,
): Uint8Array {
  const graph = new Graph();
  const images = graph.input('images', [1, description.channels, description.tileSize, description.tileSize]);
  const { separation: kind = 'none' } = description;
  const { logits, separation } = buildHeads(graph, images, {
    ...network,
    separation: kind,
    mode: 'evaluate',
  });
  const outputs = { logits, ...(separation === null ? {} : { separation }) };
  return lower(graph, {
    outputs,
    variables: weights,
    openAxes: openAxes('images', ...Object.keys(outputs)),
    metadata: { [DESCRIPTION_KEY]: JSON.stringify(description) },
  });
}

/** The batch and both sides of these inputs and outputs are open. */
export function openAxes(...names: readonly string[]) {
  return Object.fromEntries(names.map((name) => [name, { 0: 'batch', 2: 'height', 3: 'width' }]));
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
      const outputs = await session.run({ images: new runtime.Tensor('float32', batch, shape) });
      const planes = (name: string): Float32Array => {
        const data = outputs[name]?.data;
        if (data instanceof Float32Array) return data;
        throw new ModelFileError(`it does not return ${name}`);
      };
      const whole = description.ensemble !== undefined;
      const logits = whole ? planes('probabilities').map(softmaxLogit) : planes('logits');
      if (separationPlanes(description.separation) === 0) return logits;
      const separation = whole ? planes('separation').map(sigmoidLogit) : planes('separation');
      return joined(logits, description.classes, separation, shape);
    },
    dispose: () => session.release(),
  };
}

/** The smallest probability that is told from 0, so that its logarithm is a number. */
const LEAST = 1e-30;

/** A softmax takes these logarithms back to the probabilities. */
function softmaxLogit(probability: number): number {
  return Math.log(Math.max(probability, LEAST));
}

function sigmoidLogit(probability: number): number {
  return Math.log(Math.max(probability, LEAST) / Math.max(1 - probability, LEAST));
}

/** Sample after sample, the planes of the classes and then those of the second head. */
function joined(
  logits: Float32Array,
  classes: number,
  separation: Float32Array,
  [samples, , height, width]: TileBatchShape,
): Float32Array {
  const pixels = height * width;
  const [own, more] = [classes * pixels, SEPARATION_PLANES * pixels];
  const all = new Float32Array(samples * (own + more));
  for (let n = 0; n < samples; n++) {
    all.set(logits.subarray(n * own, (n + 1) * own), n * (own + more));
    all.set(separation.subarray(n * more, (n + 1) * more), n * (own + more) + own);
  }
  return all;
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
