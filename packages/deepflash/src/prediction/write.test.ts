import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeMask } from '@deepflash/imaging';
import { openImageFile, readImageFile } from '@deepflash/imaging/node';
import { expect, test } from 'vitest';
import { predictionFiles } from '../runs/layout.js';
import { makePredictionFolders, writeObjects, writePrediction, writtenValues } from './write.js';

const folder = mkdtempSync(join(tmpdir(), 'deepflash-'));

test.each([2, 3])(
  'masks of %i classes, uncertainty and objects are read again as they were',
  async (classes) => {
    const prediction = {
      width: 4,
      height: 1,
      classes,
      probabilities: new Float32Array(4 * classes),
      mask: new Uint8Array([1, 0, classes - 1, 0]),
      uncertainty: new Float32Array([0, 0.25, 1, 0.1]),
      separation: new Float32Array(0),
      meanUncertainty: 0,
      uncertaintyScore: null,
    };
    await makePredictionFolders(folder, ['masks', 'uncertainty', 'instances']);
    await writePrediction(folder, 'a', prediction);
    const data = Uint32Array.of(1, 0, 2, 0);
    const calibration = { pixelSize: { x: 0.5, y: 0.5, z: null }, unit: 'µm' };
    await writeObjects(folder, 'a', { width: 4, height: 1, count: 2, data }, calibration);
    const files = predictionFiles(folder);
    const mask = decodeMask(await readImageFile(files.mask('a')), writtenValues(classes), 'a');
    expect([...mask.data]).toEqual([...prediction.mask]);
    expect(await readImageFile(files.uncertaintyOf('a'))).toMatchObject({
      dtype: 'float32',
      data: prediction.uncertainty,
    });
    expect(await readImageFile(files.instancesOf('a'))).toMatchObject({
      dtype: 'uint16',
      data: new Uint16Array([1, 0, 2, 0]),
    });
    const objects = await openImageFile(files.instancesOf('a'));
    expect(objects.info).toMatchObject(calibration);
    await objects.close();
  },
);
