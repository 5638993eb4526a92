/** The command line as people use it: the built program in a process of its own, where that matters. */
import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodePng } from '@deepflash/imaging';
import { expect, test } from 'vitest';
import { commandLine } from './testing/command-line.js';
import { commandsHere } from './testing/commands-here.js';

const folder = mkdtempSync(join(tmpdir(), 'deepflash-'));
const images = join(folder, 'images');
const masks = join(folder, 'masks');
for (const path of [images, masks]) {
  mkdirSync(path);
  const data = new Uint8Array(64).map((_, i) => (i % 8 < 4 ? 0 : 255));
  writeFileSync(join(path, 'a.png'), encodePng({ width: 8, height: 8, channels: 1, dtype: 'uint8', data }));
}

const deepflash = commandLine(folder);

test('help shows an example and ends well', async () => {
  const { code, stdout } = await deepflash('train', '--help');
  expect(code).toBe(0);
  expect(stdout).toMatch(/Example:\n {2}deepflash train --images/);
});

const train = (...more: string[]) => [
  'train',
  '--images',
  images,
  '--masks',
  masks,
  '--out',
  join(folder, 'run'),
  ...more,
];

interface WrongUse {
  readonly args: readonly string[];
  readonly says: RegExp;
}

const unknownCommand: WrongUse = {
  args: ['trian'],
  says: /unknown command 'trian'\n\(Did you mean train\?\)/,
};
const missingFolder: WrongUse = {
  args: train('--images', 'nowhere'),
  says: /nowhere does not exist; check the path/,
};

async function expectTold(run: typeof deepflash, { args, says }: WrongUse): Promise<void> {
  const before = readdirSync(folder);
  const { code, stdout, stderr } = await run(...args);
  expect(stderr).toMatch(says);
  expect(stderr).not.toMatch(/\n +at /);
  expect({ code, stdout, files: readdirSync(folder) }).toEqual({ code: 2, stdout: '', files: before });
}

const impossible: WrongUse = {
  args: ['networks', 'DeepLabV3/vgg16_bn'],
  says: /^DeepLabV3 with the encoder vgg16_bn cannot be built: /,
};

test.each<WrongUse>([
  unknownCommand,
  impossible,
  { args: ['train', '--images', images], says: /required option '--masks <dir>'/ },
  { args: train('--step', '3'), says: /unknown option '--step'/ },
  {
    args: train('--steps', 'many'),
    says: /steps must be a whole number from 1 to 1000000, or null, not "many"/,
  },
  { args: train('--set', 'stesp=3', 'tileSize=100'), says: /stesp is no setting \(did you mean steps\?\)/ },
  { args: train('--config', 'missing.json'), says: /--config missing\.json does not exist/ },
  missingFolder,
  { args: train('--out', images), says: /images is no run of deepflash and is not empty/ },
  { args: train('--folds', '3'), says: /3 folds need at least 3 images, and there is 1/ },
  {
    args: ['predict', '--model', 'none', '--images', images, '--out', 'out'],
    says: /none does not exist: name a run/,
  },
  {
    args: ['predict', '--model', 'a', '--images', images, '--out', 'out', '--set', 'steps=3'],
    says: /steps cannot be set/,
  },
  {
    args: ['score', '--predictions', images, '--masks', masks, '--out', 'o', '--classes', '1'],
    says: /--classes must be/,
  },
])('wrong use ends with exit code 2 and a sentence: $args', (use) => expectTold(commandsHere(folder), use));

// The parser of the command line finds one, the command itself the other.
test.each([unknownCommand, missingFolder])('the built program does the same: $args', (use) =>
  expectTold(deepflash, use),
);

test('score answers with one JSON document and writes the results', async () => {
  const out = join(folder, 'scores');
  const { code, stdout } = await deepflash(
    'score',
    '--predictions',
    images,
    '--masks',
    masks,
    '--out',
    out,
    '--json',
  );
  expect(code).toBe(0);
  const scores = { dice: 1, iou: 1, sensitivity: 1, precision: 1, hausdorff95: 0, surfaceDistance: 0 };
  const objects = { ap50: 1, map: 1, panopticQuality: 1, aggregatedJaccardIndex: 1, countError: 0 };
  expect(JSON.parse(stdout)).toEqual({
    images: 1,
    ...scores,
    ...objects,
    results: [{ file: 'a.png', ...scores, ...objects }],
  });
  expect(readdirSync(out).sort()).toEqual(['results.csv', 'results.xlsx']);
});
