/** All networks of a training as one portable ONNX file that turns raw tiles into probabilities and uncertainty. */
import { Graph, lower, type Tensor } from '@deepflash/engine';
import { buildHeads, type NetworkOptions } from '../networks/network.js';
import { ensembleGraph } from '../prediction/ensemble-graph.js';
import { ALL_FLIPS } from '../prediction/test-time-augmentation.js';
import { DESCRIPTION_KEY, type ModelDescription, openAxes } from './model-file.js';

/** What the file of an ensemble says of itself. */
export interface EnsembleDescription extends ModelDescription {
  readonly ensemble: NonNullable<ModelDescription['ensemble']>;
}

/**
 * Writes the file of an ensemble: input `images` [N, C, H, W], raw intensities, or normalised ones where each image is
 * by its own statistics, H and W multiples of 32; outputs
 * `probabilities` [N, classes, H, W], `uncertainty`, `epistemic` and `aleatoric` [N, 1, H, W] and, where the networks have
 * that head, `separation` [N, 2, H, W] from 0 to 1. N, H and W are open.
 *
 * @param networks the weights of each by the network's names
 * @throws ModelSizeError where they exceed what an ONNX file can hold.
 */
export function encodeEnsembleFile(
  network: Omit<NetworkOptions, 'mode'>,
  description: EnsembleDescription,
  networks: readonly ReadonlyMap<string, Tensor>[],
): Uint8Array {
  const { channels, tileSize, means, stds, normalisation, separation: kind = 'none' } = description;
  const inside = normalisation !== 'image';
  const { weights, augmentation } = description.ensemble;
  const graph = new Graph();
  const images = graph.input('images', [1, channels, tileSize, tileSize]);
  const { separation, ...others } = ensembleGraph(graph, images, {
    networks: networks.map(
      (_, index) => (seen) =>
        graph.within(nameOf(index), () =>
          buildHeads(graph, seen, { ...network, separation: kind, mode: 'evaluate' }),
        ),
    ),
    weights,
    means: inside ? means : means.map(() => 0),
    stds: inside ? stds : stds.map(() => 1),
    flips: augmentation === 'flips' ? ALL_FLIPS : ['none'],
  });
  const outputs = { ...others, ...(separation === null ? {} : { separation }) };
  const named = networks.flatMap((one, index) =>
    [...one].map(([name, tensor]) => [`${nameOf(index)}.${name}`, tensor] as const),
  );
  return lower(graph, {
    outputs,
    variables: new Map(named),
    openAxes: openAxes('images', ...Object.keys(outputs)),
    metadata: { [DESCRIPTION_KEY]: JSON.stringify(description), usage: usageOf(description) },
  });
}

function nameOf(index: number): string {
  return `networks.${index + 1}`;
}

/** For people who find the file without its program. */
function usageOf({
  channels,
  tileSize,
  scale,
  classes,
  normalisation,
  separation,
}: EnsembleDescription): string {
  const values =
    normalisation === 'image'
      ? 'each channel of the image less its mean, divided by its standard deviation'
      : 'raw intensities as in the image file (they are normalised inside)';
  const pixels = scale === 1 ? '' : `, scaled so that one pixel is ${scale} of the original image`;
  return (
    `Input images: float32 [N, ${channels}, H, W], ${values}, ` +
    `tiles of ${tileSize} x ${tileSize} or other multiples of 32${pixels}. Output probabilities: [N, ${classes}, H, W], ` +
    `class 0 is the background. uncertainty = epistemic + aleatoric, each [N, 1, H, W], from 0 to 1.${separation === 'distance' ? ' separation: [N, 2, H, W], how deep inside its object a pixel lies, and whether two objects touch there, from 0 to 1.' : ''}`
  );
}
