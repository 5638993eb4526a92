import { createRandom, float32, Graph } from '@deepflash/engine';
import { buildNetwork, encodeModelFile } from '@deepflash/segmentation';

/** The model file of a network of random weights, whose masks are therefore full of small objects. */
export function randomNetwork(scale = 1): Uint8Array {
  const network = { architecture: 'Unet', encoder: 'mobilenet_v2', classes: 2 } as const;
  const graph = new Graph();
  buildNetwork(graph, graph.input('images', [1, 1, 64, 64]), { ...network, mode: 'evaluate' });
  const random = createRandom('network');
  const weights = new Map(
    graph.variables.map(({ name, value: { shape } }) => {
      const count = shape.reduce((product, side) => product * side, 1);
      const [outputs = 1] = shape;
      const spread = Math.sqrt((2 * outputs) / count);
      const one = /running_var$|weight$/.test(name);
      const number = (): number => (shape.length > 1 ? spread * random.normal() : Number(one));
      return [name, float32(shape, Array.from({ length: count }, number))] as const;
    }),
  );
  const description = {
    ...{ schemaVersion: 1 as const, ...network, channels: 1, tileSize: 64, scale },
    ...{ means: [60], stds: [40], classValues: [0, 255] },
  };
  return encodeModelFile(network, description, weights);
}
