/**
 * What a prediction takes beside the networks: reading, normalising and mirroring tiles, softmax, merging, uncertainty.
 * U-Net with ResNet-34, one model, tiles of 256, no test-time augmentation; the bare runtime is timed within the same run.
 *
 *     npm run build && node bench/dist/overhead.js [--side 1024] [--rounds 5]     prints JSON
 */
import { parseArgs } from 'node:util';
import { createRandom, float32, Graph } from '@deepflash/engine';
import { nodeRuntime } from '@deepflash/engine/node';
import { buildNetwork, encodeModelFile, openModel, predictWithModels } from '@deepflash/segmentation';
import { median } from './median.js';

const { values } = parseArgs({
  options: { side: { type: 'string', default: '1024' }, rounds: { type: 'string', default: '5' } },
});
const side = Number(values.side);
const network = { architecture: 'Unet', encoder: 'resnet34', classes: 2 } as const;
const runtime = await nodeRuntime({ device: 'cpu', threads: 2 });
const model = await openModel(runtime, networkFile());
let inRuntime = 0;
const timed = {
  description: model.description,
  dispose: () => model.dispose(),
  async predict(...args: Parameters<typeof model.predict>) {
    const start = performance.now();
    const logits = await model.predict(...args);
    inRuntime += (performance.now() - start) / 1000;
    return logits;
  },
};
const random = createRandom('overhead');
const planes = {
  ...{ channels: 1, height: side, width: side },
  data: Float32Array.from({ length: side * side }, () => 255 * random.next()),
};
const turns: { readonly seconds: number; readonly bare: number }[] = [];
for (let turn = 0; turn <= Number(values.rounds); turn++) {
  inRuntime = 0;
  const start = performance.now();
  await predictWithModels(planes, [timed], { augmentation: 'none' });
  turns.push({ seconds: (performance.now() - start) / 1000, bare: inRuntime });
}
await model.dispose();
// The first turn compiles.
const counted = turns.slice(1);
console.log(
  JSON.stringify({
    work: `prediction of ${side}x${side} pixels by a U-Net ResNet-34`,
    ours: median(counted.map(({ seconds }) => seconds)),
    theirs: median(counted.map(({ bare }) => bare)),
    ratio: median(counted.map(({ seconds, bare }) => seconds / bare)),
  }),
);

function networkFile(): Uint8Array {
  const graph = new Graph();
  buildNetwork(graph, graph.input('images', [1, 1, 256, 256]), { ...network, mode: 'evaluate' });
  const weights = new Map(
    graph.variables.map(({ name, value, initialiser }) => [
      name,
      float32(value.shape, initialiser(value.shape, createRandom('overhead', name))),
    ]),
  );
  const statistics = { means: [127], stds: [70], classValues: [0, 255] };
  return encodeModelFile(
    network,
    { schemaVersion: 1, ...network, channels: 1, tileSize: 256, scale: 1, ...statistics },
    weights,
  );
}
