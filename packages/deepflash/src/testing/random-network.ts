import { createRandom, float32, Graph } from '@deepflash/engine';
import { buildNetwork, encodeModelFile, type ModelDescription } from '@deepflash/segmentation';

const network = { architecture: 'Unet', encoder: 'mobilenet_v2', classes: 2 } as const;

/**
 * The model file of a network of random weights for images of one channel, whose masks are therefore full of small objects.
 *
 * @param bias of the logits of background and foreground: with a large one of the background nothing is found
 */
export function randomNetwork(
  description: Partial<ModelDescription> = {},
  bias: readonly [background: number, foreground: number] = [0, 0],
): Uint8Array {
  const graph = new Graph();
  buildNetwork(graph, graph.input('images', [1, 1, 64, 64]), { ...network, mode: 'evaluate' });
  const random = createRandom('network');
  const weights = new Map(
    graph.variables.map(({ name, value: { shape } }) => {
      const count = shape.reduce((product, side) => product * side, 1);
      const [outputs = 1] = shape;
      const scale = Math.sqrt((2 * outputs) / count);
      const one = /running_var$|weight$/.test(name);
      const number = (): number => (shape.length > 1 ? scale * random.normal() : Number(one));
      const last = /^segmentation_head.*bias$/.test(name);
      return [name, float32(shape, last ? [...bias] : Array.from({ length: count }, number))] as const;
    }),
  );
  const whole = {
    ...{ schemaVersion: 1 as const, ...network, channels: 1, tileSize: 64, scale: 1 },
    ...{ means: [60], stds: [40], classValues: [0, 255] },
    ...description,
  };
  return encodeModelFile(network, whole, weights);
}
