/** The work that is timed: a training step of a U-Net with a batch of four images. */
import {
  adam,
  createRandom,
  float32,
  type Graph,
  int32,
  type Tensor,
  type TrainingOptions,
} from '@deepflash/engine';
import { encoders, lossGraph } from '@deepflash/segmentation';

export interface TrainingWork {
  readonly graph: Graph;
  readonly options: TrainingOptions;
  readonly batch: Readonly<Record<string, Tensor>>;
}

export function trainingWork(encoderName: string, side = 256): TrainingWork {
  const network = { architecture: 'Unet', encoder: encoderNamed(encoderName), classes: 2 } as const;
  const { graph, loss } = lossGraph(
    { ...network, batchSize: 4, tileSize: side, loss: 'CrossEntropyDiceLoss' },
    1,
  );
  return { graph, options: { loss, optimizer: adam(), seed: 0 }, batch: trainingBatch(4, side) };
}

/** Random images whose bright pixels are to be found. */
export function trainingBatch(batchSize: number, side: number) {
  const images = randomImages([batchSize, 1, side, side]);
  const labels = int32(
    [batchSize, side, side],
    images.data.map((value) => (value > 0.5 ? 1 : 0)),
  );
  return { images, labels };
}

export function encoderNamed(encoderName: string): keyof typeof encoders {
  const encoder = Object.keys(encoders).find((name): name is keyof typeof encoders => name === encoderName);
  if (!encoder) throw new Error(`There is no encoder named ${encoderName}.`);
  return encoder;
}

/** Normally distributed grey values. */
export function randomImages(shape: readonly number[]): Tensor<'float32'> {
  const random = createRandom('bench');
  const size = shape.reduce((a, b) => a * b);
  return float32(
    shape,
    Array.from({ length: size }, () => random.normal()),
  );
}
