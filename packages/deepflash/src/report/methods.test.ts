import { parseSettings } from '@deepflash/segmentation';
import { expect, test } from 'vitest';
import type { Run } from '../runs/run.js';
import { methods } from './methods.js';

const file = { name: 'a.tif', bytes: 1, sha256: 'x' };
const run: Run = {
  path: 'run',
  settings: {
    ...parseSettings({}),
    device: 'cpu',
    learningRate: 1e-3,
    encoder: 'mobilenet_v2',
    encoderWeights: 'imagenet',
    scale: 2,
    tileSize: 256,
    batchSize: 4,
    steps: 300,
  },
  reasons: {},
  data: {
    schemaVersion: 1,
    imageFolder: '/images',
    maskFolder: '/masks',
    selection: { channels: null, z: null, time: null },
    channels: 1,
    classValues: [0, 255],
    folds: 2,
    models: 2,
    statistics: { means: [1], stds: [1], minima: [0], maxima: [2] },
    items: ['m1', 'm2', 'm2'].map((group, i) => ({
      name: `${i}`,
      image: file,
      mask: file,
      width: 9,
      height: 9,
      fold: 1,
      group,
    })),
    unmatched: [],
    software: { deepflash: '0.1.0', onnxruntime: '1.30.0', node: 'v20.19.2' },
  },
};
const summary = {
  run: 'run',
  folds: [1, 2].map((fold) => ({ fold, dice: 0.8, steps: 300, secondsPerStep: 1, waitingShare: 0 })),
  dice: 0.81,
  diceDeviation: 0.05,
};

test('a methods paragraph tells what was done and cites each source once', () => {
  const { paragraph, html } = methods(run, summary);
  expect(paragraph).toMatch(
    /^An ensemble of 2 networks of the architecture Unet \(Ronneberger et al\. 2015\)/,
  );
  expect(paragraph).toMatch(/encoder mobilenet_v2 \(Sandler et al\. 2018\).*ImageNet \(Deng et al\. 2009\)/);
  expect(paragraph).toMatch(
    /3 images of 1 channel, scaled by 1\/2.*images of each of 2 groups together, of which all/,
  );
  expect(paragraph).toMatch(/300 steps on batches of 4 tiles of 256 x 256 pixels/);
  expect(paragraph).toMatch(/weights with the best Dice on the held-out images were kept\./);
  expect(paragraph).toMatch(
    /by flips \(50 % of the tiles\), rotation by up to 360 degrees \(50 % of the tiles\), .* and Gaussian blur of up to 2 pixels \(75 % of the tiles\)\./,
  );
  expect(paragraph).toMatch(/In cross-validation the Dice coefficient was 0\.810 ± 0\.050/);
  expect(paragraph).not.toMatch(/undefined|null|NaN| {2}/);
  expect(html.html.match(/Kwon Y, Won/g)).toHaveLength(1);
});

test('a methods paragraph names every augmentation and how weights were averaged', () => {
  const changed = { elastic: 0.25, noise: 0.1, noiseProbability: 0.3, emaDecay: 0.99, patience: 3 };
  const { paragraph } = methods({ ...run, settings: { ...run.settings, ...changed } }, summary);
  expect(paragraph).toMatch(/elastic distortion by up to 12 pixels in waves of 48 \(50 % of the tiles\)/);
  expect(paragraph).toMatch(/noise of up to 0\.1 standard deviations of the images \(30 % of the tiles\)/);
  expect(paragraph).toMatch(/moving average \(decay 0\.99\).*after 3 validations without a better one/);
  const dropping = { ...run, settings: { ...run.settings, channelDrop: 2 } };
  expect(methods(dropping, summary).paragraph).not.toMatch(/emptying/);
  const coloured = { ...dropping, data: { ...run.data, channels: 2 } };
  expect(methods(coloured, summary).paragraph).toMatch(/emptying up to 1 channel /);
});

test('a methods paragraph tells whose masks were learnt from, and what of them was left out', () => {
  const experts = ['ann/0.png', 'bob/0.png'].map((name) => ({ name, bytes: 1, sha256: 'x' }));
  const masks = {
    kind: 'colours' as const,
    table: { '#000000': 0, '#ff0000': 1, '#0000ff': 'ignored' as const },
  };
  const items = run.data.items.map((item) => ({ ...item, experts }));
  expect(methods({ ...run, data: { ...run.data, items, masks } }, summary).paragraph).toMatch(
    /masks of 2 experts one was drawn at random for each tile.*undecided counted neither/,
  );
  const soft = methods({ ...run, data: { ...run.data, probabilityFolder: '/probability' } }, summary);
  expect(soft.paragraph).toMatch(/learnt the probabilities of a consensus/);
});

test('a methods paragraph says where the training before may have seen the held-out images', () => {
  expect(methods(run, summary).paragraph).not.toMatch(/higher than on new images/);
  const { paragraph } = methods({ ...run, data: { ...run.data, seenBefore: true } }, summary);
  expect(paragraph).toMatch(
    /0\.810 ± 0\.050 .*held out here, so that this is likely higher than on new images\./,
  );
});

test('a single network on all images claims nothing', () => {
  const single = { ...run, data: { ...run.data, folds: 1, models: 1 } };
  const { paragraph } = methods(single, { ...summary, dice: null, diceDeviation: null });
  expect(paragraph).toMatch(/^A network .* No image was held out\./);
  expect(paragraph).not.toMatch(/Dice coefficient/);
});
