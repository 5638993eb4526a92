/** An example of what a model makes of an image: the test tensors and the cover of its package. */
import type { Runtime } from '@deepflash/engine';
import {
  downscale,
  encodePng,
  type Image,
  NO_SELECTION,
  overlayOutline,
  toDisplay,
  toRgb,
} from '@deepflash/imaging';
import {
  type ChannelStatistics,
  channelStatistics,
  type ModelDescription,
  type Planes,
} from '@deepflash/segmentation';
import { channelChoices, toPlanes } from '../data/planes.js';
import { readUsedImage } from '../data/used-image.js';
import { UsageError } from '../errors.js';

export interface NamedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

export interface Example {
  /** Raw intensities [1, C, T, T]. */
  readonly input: NamedTensor;
  /** What the package's outputs are for it, after the postprocessing that it names. */
  readonly outputs: readonly NamedTensor[];
  /** PNG, twice as wide as high: the image, and what was found in it. */
  readonly cover: Uint8Array;
}

/**
 * Runs a model file on the middle of an image, as any other program with ONNX Runtime would.
 *
 * @throws UsageError for an image of other channels; ImageFileError; SelectionError.
 */
export async function exampleOf(
  runtime: Runtime,
  model: Uint8Array,
  description: ModelDescription,
  imageFile: string,
): Promise<Example> {
  const { channels, tileSize, classes } = description;
  const { image } = await readUsedImage(imageFile, { ...NO_SELECTION, ...description.selection });
  if (!channelChoices(image).includes(channels)) {
    throw new UsageError(
      `${imageFile} has ${image.channels} channels, and the model takes ${channels}: name another image with --image.`,
    );
  }
  const tile = filled(middle(toPlanes(image, channels), tileSize), description);
  const shape = [1, channels, tileSize, tileSize];
  const session = await runtime.InferenceSession.create(model, runtime.sessionOptions);
  try {
    const fed = fedTo(description, tile);
    const results = await session.run({ images: new runtime.Tensor('float32', fed, shape) });
    const outputs = session.outputNames.map((name): NamedTensor => {
      const { data, dims } = results[name] as { data: Float32Array; dims: readonly number[] };
      if (name === 'separation' && description.ensemble === undefined) {
        return { name, shape: dims, data: data.map((logit) => 1 / (1 + Math.exp(-logit))) };
      }
      return name === 'logits'
        ? { name: 'probabilities', shape: dims, data: softmaxed(data, classes) }
        : { name, shape: dims, data };
    });
    const probabilities = outputs.find(({ name }) => name === 'probabilities')?.data ?? new Float32Array(0);
    return {
      input: { name: 'images', shape, data: tile.data },
      outputs,
      cover: coverOf(tile, probabilities, classes),
    };
  } finally {
    await session.release();
  }
}

/** A square from the middle of an image, which is repeated where it is too small. */
function middle({ channels, width, height, data }: Planes, side: number): Planes {
  const [left, top] = [Math.max(0, (width - side) >> 1), Math.max(0, (height - side) >> 1)];
  const square = new Float32Array(channels * side * side);
  for (let channel = 0; channel < channels; channel++) {
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        const from = (channel * height + ((top + y) % height)) * width + ((left + x) % width);
        square[(channel * side + y) * side + x] = data[from] as number;
      }
    }
  }
  return { channels, width: side, height: side, data: square };
}

/** With the mean in place of what is no finite number, or would be none for the networks, as in a prediction. */
function filled(tile: Planes, description: ModelDescription): Planes {
  const { means, stds } = description.normalisation === 'image' ? statisticsIn(tile) : description;
  const seen = normalised(tile, { means, stds });
  const pixels = tile.width * tile.height;
  const data = tile.data.map((value, i) =>
    Number.isFinite(seen[i]) ? value : (means[Math.floor(i / pixels)] ?? 0),
  );
  return { ...tile, data };
}

function statisticsIn(tile: Planes): ChannelStatistics {
  const gathered = channelStatistics();
  gathered.add(tile);
  return gathered.result();
}

/** What the model itself takes, after the preprocessing that the package names. */
function fedTo(description: ModelDescription, tile: Planes): Float32Array {
  if (description.normalisation === 'image') return normalised(tile, statisticsIn(tile));
  return description.ensemble === undefined ? normalised(tile, description) : tile.data;
}

function normalised(
  { data, width, height }: Planes,
  { means, stds }: { readonly means: readonly number[]; readonly stds: readonly number[] },
): Float32Array {
  const pixels = width * height;
  return data.map((value, i) => {
    const channel = Math.floor(i / pixels);
    return (value - (means[channel] ?? 0)) / (stds[channel] ?? 1);
  });
}

function softmaxed(logits: Float32Array, classes: number): Float32Array {
  const pixels = logits.length / classes;
  const result = new Float32Array(logits.length);
  for (let i = 0; i < pixels; i++) {
    let largest = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < classes; k++) largest = Math.max(largest, logits[k * pixels + i] as number);
    let sum = 0;
    for (let k = 0; k < classes; k++) sum += Math.exp((logits[k * pixels + i] as number) - largest);
    for (let k = 0; k < classes; k++) {
      result[k * pixels + i] = Math.exp((logits[k * pixels + i] as number) - largest) / sum;
    }
  }
  return result;
}

/** The side of the cover's two pictures; covers must stay below 500 kB. */
const COVER = 256;

function coverOf(tile: Planes, probabilities: Float32Array, classes: number): Uint8Array {
  const { width, height, data } = tile;
  const pixels = width * height;
  const shown = toRgb(
    toDisplay({ width, height, channels: 1, dtype: 'float32', data: data.slice(0, pixels) }),
  );
  const found = Uint8Array.from({ length: pixels }, (_, i) => {
    for (let k = 1; k < classes; k++) {
      if ((probabilities[k * pixels + i] as number) > (probabilities[i] as number)) return 1;
    }
    return 0;
  });
  const outlined = overlayOutline(shown, { width, height, data: found }, [0, 220, 255]);
  return encodePng(beside(downscale(shown, COVER), downscale(outlined, COVER)));
}

function beside(left: Image, right: Image): Image {
  const { width, height } = left;
  const data = new Uint8Array(6 * width * height);
  for (let y = 0; y < height; y++) {
    for (const [index, { data: from }] of [left, right].entries()) {
      const row = from.subarray(3 * y * width, 3 * (y + 1) * width);
      data.set(Uint8Array.from(row), 3 * (2 * y + index) * width);
    }
  }
  return { width: 2 * width, height, channels: 3, dtype: 'uint8', data };
}
