import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeRuntime } from '@deepflash/engine/node';
import { expect, test } from 'vitest';
import { openEnsemble } from './ensemble.js';
import { modelFiles } from './model-set.js';

const run = mkdtempSync(join(tmpdir(), 'deepflash-'));
const model = (fold: string) => join(run, 'folds', fold, 'model.onnx');

test('a run without networks says how to get them', async () => {
  await expect(modelFiles(run)).rejects.toThrow(/is no run of deepflash/);
  writeFileSync(join(run, 'config.json'), '{}');
  await expect(modelFiles(run)).rejects.toThrow(/has no trained network yet/);
  await expect(modelFiles(join(run, 'gone'))).rejects.toThrow(/gone does not exist/);
});

test('the networks of a run come in the order of its folds', async () => {
  for (const fold of ['10', '2', '1', '3']) mkdirSync(join(run, 'folds', fold), { recursive: true });
  for (const fold of ['10', '2', '1']) writeFileSync(model(fold), 'no network');
  expect(await modelFiles(run)).toEqual([model('1'), model('2'), model('10')]);
  expect(await modelFiles(model('2'))).toEqual([model('2')]);
});

test('a file that is no model is named', async () => {
  await expect(openEnsemble(await nodeRuntime(), [model('1')])).rejects.toThrow(
    /model\.onnx is no model of deepflash \(it is no ONNX file.*\): name a run/,
  );
});

test('weights alone are refused, with the network that lies beside them, and pickles', async () => {
  const weights = join(run, 'folds', '1', 'model.safetensors');
  await expect(openEnsemble(await nodeRuntime(), [weights])).rejects.toThrow(
    /model\.safetensors holds weights alone: name .*model\.onnx/,
  );
  await expect(openEnsemble(await nodeRuntime(), ['net.pth'])).rejects.toThrow(
    /--model names net\.pth, a file of Python's pickle/,
  );
});
