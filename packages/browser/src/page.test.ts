/** The built page in a real browser, by WebAssembly with threads, against the program on the command line. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createRandom, float32, Graph, type Tensor } from '@deepflash/engine';
import { nodeRuntime } from '@deepflash/engine/node';
import { encodeMask, encodePng, type Image, readImage } from '@deepflash/imaging';
import {
  buildNetwork,
  encodeEnsembleFile,
  openModel,
  predictWithModels,
  toPlanes,
} from '@deepflash/segmentation';
import { type Browser, chromium, type Locator, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { servePage } from '../serve.mjs';

const executablePath = ['/usr/bin/chromium', '/usr/bin/google-chrome'].find((path) => existsSync(path));
const built = existsSync(new URL('../dist/index.html', import.meta.url));
if (executablePath === undefined)
  console.warn('Skipped: the page is tested in chromium, which is not installed.');
/** Pixels of an image along each side. */
const SIDE = 48;
/** Where pictures of the page are put, for people to look at. */
const shots = process.env.DEEPFLASH_SHOTS;

describe.skipIf(executablePath === undefined || !built)('the page without a server', () => {
  const folder = mkdtempSync(join(tmpdir(), 'deepflash-page-'));
  let server: Awaited<ReturnType<typeof servePage>>;
  let browser: Browser;
  let page: Page;
  const foreign: string[] = [];
  const faults: string[] = [];

  beforeAll(async () => {
    server = await servePage();
    browser = await chromium.launch({
      executablePath: executablePath ?? '',
      args: ['--no-sandbox', '--disable-gpu'],
    });
    page = await browser.newPage({ viewport: { width: 1280, height: 860 } });
    page.on('request', (request) => {
      if (!request.url().startsWith(server.address) && !/^(blob|data):/.test(request.url()))
        foreign.push(request.url());
    });
    page.on('pageerror', (error) => faults.push(error.message));
    if (shots !== undefined) mkdirSync(shots, { recursive: true });
    await page.goto(server.address);
    await page.getByLabel('Compute on').selectOption('wasm');
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const panel = (name: string): Locator => page.getByRole('tabpanel', { name });
  const choose = (where: string, place: number, files: string[]): Promise<void> =>
    panel(where).locator('input[type=file]').nth(place).setInputFiles(files);
  const saved = async (where: string, name: string): Promise<string> => {
    const download = page.waitForEvent('download');
    await panel(where).getByRole('link', { name }).click();
    const path = join(folder, `${name.replace(/\W/g, '')}-${(await download).suggestedFilename()}`);
    await (await download).saveAs(path);
    return path;
  };

  /** Waits until all that moves for a while has come to rest. */
  const settled = (): Promise<unknown> =>
    page.evaluate(() =>
      Promise.all(
        document
          .getAnimations()
          .filter(({ effect }) => effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY)
          .map(({ finished }) => finished),
      ),
    );

  async function shoot(name: string): Promise<void> {
    if (shots === undefined) return;
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await settled();
      await page.screenshot({ path: join(shots, `browser-${name}-${colorScheme}.png`) });
    }
    await page.emulateMedia({ colorScheme: 'light' });
    await settled();
  }

  test('an ensemble predicts as in Node', async () => {
    const [model, picture] = [join(folder, 'ensemble.onnx'), join(folder, 'cells.png')];
    const bytes = randomEnsemble();
    const image = cells(1);
    writeFileSync(model, bytes);
    writeFileSync(picture, encodePng(image));
    await choose('Predict', 0, [model]);
    await choose('Predict', 1, [picture]);
    await panel('Predict').getByRole('button', { name: 'Predict' }).click();
    await panel('Predict')
      .getByRole('img', { name: 'cells.png with its mask' })
      .waitFor({ timeout: 150_000 });
    await expectText(/WebAssembly, \d+ threads/);
    await shoot('predict');
    expect(await inaccessible(page)).toEqual([]);

    const opened = await openModel(await nodeRuntime({ device: 'cpu', threads: 1 }), bytes);
    const expected = await predictWithModels(toPlanes(image, 1), [opened], { augmentation: 'flips' });
    const mask = await read(await saved('Predict', 'Mask (PNG)'));
    const uncertainty = await read(await saved('Predict', 'Uncertainty (TIFF)'));
    // A pixel may change its class where both are equally probable, within the same 1e-4.
    const changed = expected.mask.filter((value, pixel) => {
      const doubt = Math.abs((expected.probabilities[pixel] ?? 0) - 0.5);
      return (mask.data[pixel] === 255) !== (value === 1) && doubt > 1e-4;
    });
    expect(changed.length).toBe(0);
    expect(new Set(expected.mask).size).toBe(2);
    expect(uncertainty.data.length).toBe(expected.uncertainty.length);
    const difference = expected.uncertainty.reduce(
      (most, value, pixel) => Math.max(most, Math.abs(value - (uncertainty.data[pixel] ?? Number.NaN))),
      0,
    );
    expect(difference).toBeLessThan(1e-4);
    await opened.dispose();
  }, 240_000);

  test('files that do not fit are told in words', async () => {
    const predict = panel('Predict').getByRole('button', { name: 'Predict' });
    const colours = join(folder, 'colours.png');
    const data = Uint8Array.from({ length: 32 * 32 * 3 }, (_, i) => (i * 7) % 256);
    writeFileSync(colours, encodePng({ width: 32, height: 32, channels: 3, dtype: 'uint8', data }));
    await choose('Predict', 1, [colours]);
    await predict.click();
    await expectText(/colours.png has 3 channels, but the model was trained on images with 1/);

    const text = join(folder, 'text.onnx');
    writeFileSync(text, 'no model at all');
    await choose('Predict', 0, [text]);
    await predict.click();
    await expectText(/text.onnx is no model of deepflash/);
    await panel('Predict').getByRole('button', { name: 'Dismiss' }).click();
  });

  test('a network that is trained in the page predicts on the command line', async () => {
    await page.getByRole('tab', { name: 'Train' }).click();
    const images = [1, 2].map((number) => join(folder, `sample${number}.png`));
    const masks = [1, 2].map((number) => join(folder, `sample${number}_mask.png`));
    for (const number of [1, 2]) {
      const image = cells(number);
      writeFileSync(images[number - 1] ?? '', encodePng(image));
      const data = Uint8Array.from(image.data, (value) => Number(value > 120));
      writeFileSync(
        masks[number - 1] ?? '',
        encodePng(encodeMask({ width: SIDE, height: SIDE, classes: 2, data })),
      );
    }
    await choose('Train', 0, images);
    await choose('Train', 1, masks);
    for (const [label, value] of [
      ['Steps', '3'],
      ['Tile size', '32'],
      ['Batch size', '2'],
    ] as const) {
      await panel('Train').getByLabel(label, { exact: true }).fill(value);
    }
    await panel('Train').getByRole('button', { name: 'Start training' }).click();
    await panel('Train')
      .getByText(/Trained for 3 steps. Dice on the image kept out: \d/)
      .waitFor({ timeout: 200_000 });
    await panel('Train').getByRole('img', { name: 'Loss of 3 steps' }).waitFor();
    await panel('Train')
      .getByRole('img', { name: /what the network finds after 3 steps/ })
      .waitFor();
    await shoot('train');
    expect(await inaccessible(page)).toEqual([]);

    const model = await saved('Train', 'Model (ONNX)');
    const weights = readFileSync(await saved('Train', 'Weights (safetensors)'));
    expect(weights.length).toBeGreaterThan(1e6);
    const [inputs, out] = [join(folder, 'inputs'), join(folder, 'out')];
    mkdirSync(inputs);
    writeFileSync(join(inputs, 'sample1.png'), readFileSync(images[0] ?? ''));
    const cli = fileURLToPath(new URL('../../deepflash/dist/cli.js', import.meta.url));
    const args = ['predict', '--json', '--model', model, '--images', inputs, '--out', out];
    const { stdout } = await promisify(execFile)(process.execPath, [cli, ...args]);
    expect(JSON.parse(stdout)).toMatchObject({ images: 1 });
    expect((await read(join(out, 'masks', 'sample1.png'))).width).toBe(SIDE);
  }, 300_000);

  test('nothing was asked of other computers, and nothing failed', () => {
    expect(foreign).toEqual([]);
    expect(faults).toEqual([]);
  });

  async function expectText(text: RegExp): Promise<void> {
    await page.getByText(text).first().waitFor({ timeout: 30_000 });
  }
});

function read(path: string): Promise<Image> {
  return readImage(readFileSync(path), path);
}

/** Bright discs on a dark, noisy ground. */
function cells(seed: number): Image {
  const random = createRandom('cells', seed);
  const data = new Uint8Array(SIDE * SIDE).map(() => 40 + random.integer(30));
  for (let cell = 0; cell < 6; cell++) {
    const [x, y, radius] = [random.integer(SIDE), random.integer(SIDE), 4 + random.integer(5)];
    data.forEach((value, pixel) => {
      if (Math.hypot((pixel % SIDE) - x, Math.floor(pixel / SIDE) - y) < radius) data[pixel] = value + 120;
    });
  }
  return { width: SIDE, height: SIDE, channels: 1, dtype: 'uint8', data };
}

/** Two light networks with random weights. */
function randomEnsemble(): Uint8Array {
  const network = {
    ...({ architecture: 'Unet', encoder: 'mobilenet_v2', classes: 2 } as const),
    ...{ encoderDepth: 3 as const, decoderChannels: [16, 8, 8] },
  };
  const graph = new Graph();
  buildNetwork(graph, graph.input('images', [1, 1, 32, 32]), { ...network, mode: 'evaluate' });
  const weights = (seed: number): ReadonlyMap<string, Tensor> =>
    new Map(
      graph.variables.map(({ name, value, initialiser }) => [
        name,
        float32(value.shape, initialiser(value.shape, createRandom(seed, name))),
      ]),
    );
  return encodeEnsembleFile(
    network,
    {
      ...{ schemaVersion: 1, ...network, channels: 1, tileSize: 32, scale: 1 },
      ...{ means: [70], stds: [50], classValues: [0, 255] },
      ensemble: { weights: [0.5, 0.5], augmentation: 'flips' },
    },
    [weights(1), weights(2)],
  );
}

/** Serious faults that axe finds on the page, by rule. */
async function inaccessible(page: Page): Promise<string[]> {
  await page.evaluate(readFileSync(createRequire(import.meta.url).resolve('axe-core'), 'utf8'));
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }> };
    };
    const { violations } = await axe.run();
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
  });
}
