/**
 * Prediction of large images with a small network: peak memory, and time by area.
 *
 *     npm run build && node bench/dist/large-images.js [--sides 3000,6000,12000] [--model FILE.onnx] [--out DIR]
 *
 * Makes a tiled OME-TIFF of each size, of discs on a noisy ground, and predicts it in a process of its own without test-time
 * augmentation, by the network of a file; without one by a MobileNetV2 U-Net of random weights with tiles of 512, which finds
 * objects everywhere. Prints a row for each.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createRandom, float32, Graph } from '@deepflash/engine';
import { createPyramidTiff } from '@deepflash/imaging';
import { createFileSink } from '@deepflash/imaging/node';
import { buildNetwork, encodeModelFile } from '@deepflash/segmentation';

const { values } = parseArgs({
  options: {
    sides: { type: 'string', default: '3000,6000,12000' },
    model: { type: 'string' },
    out: { type: 'string' },
  },
});
const out = values.out ?? mkdtempSync(join(tmpdir(), 'large-'));
const cli = fileURLToPath(new URL('../../packages/deepflash/dist/cli.js', import.meta.url));
/** Tells the peak memory of its process at the end, whatever the command prints. */
const watched = `process.on('exit', () => process.stderr.write('\\npeak ' + process.resourceUsage().maxRSS + '\\n'))`;
const model = values.model ?? join(out, 'model.onnx');
mkdirSync(out, { recursive: true });
if (values.model === undefined) writeFileSync(model, smallNetwork());
console.log('| pixels | seconds | seconds a megapixel | peak memory |');
console.log('|---|---|---|---|');
for (const side of values.sides.split(',').map(Number)) {
  const images = join(out, `images-${side}`);
  const results = join(out, `results-${side}`);
  mkdirSync(images, { recursive: true });
  await writeImage(join(images, 'large.ome.tif'), side);
  const { seconds, peak } = predict(images, results);
  console.log(
    `| ${side} x ${side} | ${seconds.toFixed(1)} | ${(seconds / (side * side * 1e-6)).toFixed(3)} | ${Math.round(peak)} MB |`,
  );
  for (const folder of [images, results]) rmSync(folder, { recursive: true, force: true });
}

function predict(images: string, results: string): { seconds: number; peak: number } {
  const args = ['predict', '--model', model, '--images', images, '--out', results];
  const start = performance.now();
  const { status, stderr } = spawnSync(
    process.execPath,
    [
      '--import',
      `data:text/javascript,${encodeURIComponent(watched)}`,
      cli,
      ...args,
      '--set',
      'testTimeAugmentation=false',
    ],
    { encoding: 'utf8', maxBuffer: 1e9 },
  );
  if (status !== 0) throw new Error(`The prediction failed:\n${stderr}`);
  const seconds = (performance.now() - start) / 1000;
  return { seconds, peak: Number(/peak (\d+)/.exec(stderr)?.[1]) / 1024 };
}

/** Bright discs on a noisy ground, tile by tile. */
async function writeImage(path: string, side: number): Promise<void> {
  const tileSize = 512;
  const sink = await createFileSink(path);
  const options = {
    width: side,
    height: side,
    dtype: 'uint8',
    channels: [{ name: null, colour: null }],
    tileSize,
  } as const;
  const writer = await createPyramidTiff(sink, { ...options, pixelSize: null, unit: null });
  for (let row = 0; row < writer.rows; row++) {
    for (let column = 0; column < writer.columns; column++) {
      const width = Math.min(tileSize, side - column * tileSize);
      const height = Math.min(tileSize, side - row * tileSize);
      const data = new Uint8Array(width * height);
      for (let i = 0; i < data.length; i++) {
        const [x, y] = [(i % width) % 64, Math.floor(i / width) % 64];
        data[i] = (Math.hypot(x - 32, y - 32) < 14 ? 160 : 40) + ((i * 2654435761) >>> 28);
      }
      await writer.writeTile(column, row, { width, height, channels: 1, dtype: 'uint8', data });
    }
  }
  await writer.close();
}

function smallNetwork(): Uint8Array {
  const network = { architecture: 'Unet', encoder: 'mobilenet_v2', classes: 2 } as const;
  const graph = new Graph();
  buildNetwork(graph, graph.input('images', [1, 1, 512, 512]), { ...network, mode: 'evaluate' });
  const weights = new Map(
    graph.variables.map(({ name, value, initialiser }) => [
      name,
      float32(value.shape, initialiser(value.shape, createRandom('large', name))),
    ]),
  );
  const statistics = { means: [60], stds: [40], classValues: [0, 255] };
  return encodeModelFile(
    network,
    { schemaVersion: 1, ...network, channels: 1, tileSize: 512, scale: 1, ...statistics },
    weights,
  );
}
