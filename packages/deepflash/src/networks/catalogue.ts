/** All networks that can be trained, with what each costs, counted and not run. */
import { Graph } from '@deepflash/engine';
import {
  architectures,
  buildNetwork,
  encoders,
  type NetworkCost,
  type NetworkOptions,
  networkCost,
  publishedWeights,
} from '@deepflash/segmentation';

/** The training for which times and memory are told: that of the default settings on grey images. */
export const REFERENCE = { batchSize: 4, tileSize: 256, channels: 1, classes: 2, steps: 500 } as const;

export type NetworkName = Pick<NetworkOptions, 'architecture' | 'encoder'>;

export interface CataloguedNetwork extends NetworkName {
  /** For one tile of 256x256 pixels. */
  readonly cost: NetworkCost;
  /** Whether `encoderWeights=imagenet` finds weights for its encoder. */
  readonly pretrained: boolean;
}

/** Every architecture on every encoder, also those pairs that cannot be built. */
export function networkNames(): NetworkName[] {
  return names(architectures).flatMap((architecture) =>
    names(encoders).map((encoder) => ({ architecture, encoder })),
  );
}

/** What a network costs. Throws a NetworkError for a pair that cannot be built. */
export function catalogued(name: NetworkName): CataloguedNetwork {
  const { channels, classes, tileSize } = REFERENCE;
  const graph = new Graph();
  const images = graph.input('images', [1, channels, tileSize, tileSize]);
  buildNetwork(graph, images, { ...name, classes, mode: 'evaluate' });
  return { ...name, cost: networkCost(graph), pretrained: publishedWeights[name.encoder] !== undefined };
}

function names<K extends string>(table: Readonly<Record<K, unknown>>): K[] {
  return Object.keys(table) as K[];
}
