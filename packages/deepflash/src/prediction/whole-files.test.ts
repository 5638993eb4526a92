import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeRoiSet, encodePng, MOST_ROIS } from '@deepflash/imaging';
import { expect, test } from 'vitest';
import { predictionFiles } from '../runs/layout.js';
import { openImageRows } from './image-rows.js';
import { roiNotice, wholeFiles } from './whole-files.js';
import { makePredictionFolders } from './write.js';

test('of more objects than a ROI set holds the most uncertain are in it, and that is said', async () => {
  const side = 514;
  const pixels = side * side;
  /** Every second pixel of every second row is an object, the more uncertain the further down. */
  const isObject = (i: number): boolean => i % 2 === 0 && Math.floor(i / side) % 2 === 0;
  const mask = Uint8Array.from({ length: pixels }, (_, i) => Number(isObject(i)));
  const uncertainty = Float32Array.from({ length: pixels }, (_, i) => i / pixels);
  const out = mkdtempSync(join(tmpdir(), 'deepflash-'));
  await makePredictionFolders(out, ['masks', 'uncertainty', 'instances', 'rois', 'geojson']);
  const data = new Uint8Array(pixels);
  writeFileSync(
    join(out, 'dots.png'),
    encodePng({ width: side, height: side, channels: 1, dtype: 'uint8', data }),
  );
  const image = await openImageRows(join(out, 'dots.png'), { channels: null, z: null, time: null }, 1);
  const taker = wholeFiles({
    ...{ out, file: 'dots.png', image, classes: 2, probabilities: false },
    objects: {
      separate: 'components',
      prominence: 0,
      depth: 0,
      minimumSize: 1,
      fillHoles: false,
      excludeBorder: false,
    },
  });
  await taker.take({
    ...{ first: 0, count: side, mask, uncertainty, ballots: [] },
    ...{ probabilities: new Float32Array(2 * pixels), separation: new Float32Array(0) },
  });
  const objects = await taker.finish();
  await image.close();

  const rois = decodeRoiSet(readFileSync(predictionFiles(out).roisOf('dots')), 'dots.zip');
  expect([objects.length, rois.length]).toEqual([(side / 2) ** 2, MOST_ROIS]);
  expect([rois[0]?.name, rois.at(-1)?.name]).toEqual(['66049', String(66049 - MOST_ROIS + 1)]);
  expect(roiNotice('dots.png', objects.length)).toMatch(
    /^dots.png: Of 66049 objects the 65534 most uncertain/,
  );
  expect(roiNotice('dots.png', MOST_ROIS)).toBeNull();
});
