import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodePng, encodeTiff, type Image } from '@deepflash/imaging';
import { parseSettings } from '@deepflash/segmentation';
import { beforeEach, expect, test } from 'vitest';
import { DataError } from '../errors.js';
import { inspectData } from './inspect.js';
import { loadLabelledImages, readRecorded } from './load.js';
import type { DataRecord } from './record.js';

const settings = parseSettings({ folds: 2 });
let images = '';
let masks = '';

beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), 'deepflash-'));
  images = join(folder, 'images');
  masks = join(folder, 'masks');
  mkdirSync(images);
  mkdirSync(masks);
});

function picture(values: readonly number[], { channels = 1, width = 2 } = {}): Image {
  const data = new Uint8Array(values);
  return { width, height: data.length / channels / width, channels, dtype: 'uint8', data };
}

function put(folder: string, name: string, image: Image): string {
  const path = join(folder, name);
  writeFileSync(path, encodePng(image));
  return path;
}

async function problems(): Promise<readonly string[]> {
  try {
    await inspectData({ images, masks }, settings);
  } catch (error) {
    if (error instanceof DataError) return error.problems;
    throw error;
  }
  return [];
}

test('images with their masks are read as planes and classes', async () => {
  put(images, 'b.png', picture([5, 6, 7, 9]));
  put(images, 'a.png', picture([1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4], { channels: 3 }));
  put(masks, 'a_mask.png', picture([0, 255, 0, 0]));
  put(masks, 'b.png', picture([0, 0, 0, 0]));
  put(masks, 'c.png', picture([0, 0, 0, 0]));
  const { images: loaded, record, warnings } = await loadLabelledImages({ images, masks }, settings);
  expect(loaded.map(({ name, planes, mask }) => [name, [...planes.data], [...mask.data]])).toEqual([
    ['a', [1, 2, 3, 4], [0, 1, 0, 0]],
    ['b', [5, 6, 7, 9], [0, 0, 0, 0]],
  ]);
  expect(record).toMatchObject({ channels: 1, classValues: [0, 255], folds: 2, models: 2 });
  expect(record.statistics.means[0]).toBeCloseTo(37 / 8);
  expect(record.unmatched).toEqual([{ file: 'c.png', reason: 'begins with the name of no image' }]);
  expect(warnings).toEqual([
    expect.stringMatching(/^Objects are marked in the held-out images of fold \d alone/),
    expect.stringMatching(/^No held-out image of fold \d marks anything/),
  ]);
});

test('every fault is told, each with its file and what to do', async () => {
  put(images, 'lonely.png', picture([1, 2, 3, 4]));
  put(images, 'size.png', picture([1, 2, 3, 4]));
  put(masks, 'size.png', picture([0, 255], { width: 2 }));
  truncateSync(put(images, 'short.png', picture([1, 2, 3, 4])), 40);
  put(masks, 'short.png', picture([0, 255, 0, 0]));
  put(images, 'coloured.png', picture([1, 2, 3, 4]));
  put(masks, 'coloured.png', picture([0, 0, 0, 255, 0, 0, 0, 9, 0, 0, 0, 0], { channels: 3 }));
  expect(await problems()).toEqual([
    expect.stringMatching(/lonely\.png has no mask in .*masks; add one whose name begins with lonely/),
    expect.stringMatching(/images.short\.png is truncated/),
    expect.stringMatching(/masks.size\.png has 2 x 1 pixels, but its image size\.png has 2 x 2/),
    expect.stringMatching(/masks have colours .*say what each means with colours/),
  ]);
});

test('images with other channels than the rest are named', async () => {
  put(images, 'grey.png', picture([1, 2, 3, 4]));
  put(images, 'colour.png', picture([1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3], { channels: 3 }));
  for (const name of ['grey.png', 'colour.png']) put(masks, name, picture([0, 255, 0, 0]));
  expect(await problems()).toEqual([
    'The images have different numbers of channels: colour.png with 3 channels; grey.png with one channel (grey); choose channels that all of them have with --channels, or save all of them alike, for example all as grey images.',
  ]);
});

test('chosen channels are what is learned from, and what was not chosen is told', async () => {
  const two = encodeTiff(picture([1, 50, 2, 60, 3, 70, 4, 80], { channels: 2 }));
  writeFileSync(join(images, 'a.tif'), two);
  put(masks, 'a.png', picture([0, 255, 0, 0]));
  const { record, warnings } = await inspectData({ images, masks }, parseSettings({}));
  expect(record).toMatchObject({ channels: 2, statistics: { means: [2.5, 65] } });
  expect(warnings).toEqual(['a.tif has 2 channels, and all are used; choose with --channels.']);

  const second = await loadLabelledImages({ images, masks }, parseSettings({ channels: [2] }));
  expect(second.warnings).toEqual([]);
  expect(second.record).toMatchObject({ channels: 1, selection: { channels: [2] } });
  expect([...(second.images[0]?.planes.data ?? [])]).toEqual([50, 60, 70, 80]);
  await expect(inspectData({ images, masks }, parseSettings({ channels: ['DAPI'] }))).rejects.toThrow(
    /a\.tif has no channel "DAPI"; it has 1, 2; choose what it has/,
  );
});

test('masks that mark nothing, or hold too many values in several places, are refused', async () => {
  put(images, 'a.png', picture([1, 2, 3, 4]));
  put(masks, 'a.png', picture([0, 0, 0, 0]));
  expect(await problems()).toEqual([expect.stringMatching(/^No mask marks anything/)]);
  put(masks, 'a.png', picture(Array.from({ length: 4 }, (_, i) => i * 20)));
  put(images, 'b.png', picture(Array.from({ length: 48 }, () => 1)));
  put(masks, 'b.png', picture(Array.from({ length: 48 }, (_, i) => (i >> 1) % 12)));
  expect(await problems()).toEqual([expect.stringMatching(/instance labels/)]);
});

test('numbers of objects are told from classes', async () => {
  const numbers = Array.from({ length: 4 * 40 }, (_, i) => 1 + Math.floor((i % 40) / 4));
  put(
    images,
    'a.png',
    picture(
      Array.from({ length: 4 * 40 }, () => 1),
      { width: 40 },
    ),
  );
  put(masks, 'a.png', picture(numbers, { width: 40 }));
  const {
    images: loaded,
    record,
    warnings,
  } = await loadLabelledImages({ images, masks }, { ...settings, folds: 1 });
  expect(record).toMatchObject({ classValues: [0, 1], masks: { kind: 'instances' } });
  expect(warnings).toEqual([expect.stringMatching(/taken as numbers of objects/)]);
  expect(new Set(loaded[0]?.mask.data)).toEqual(new Set([1]));
});

test('the masks of experts and the probabilities of a consensus are read with the images', async () => {
  const root = join(images, '..');
  for (const folder of ['experts', 'experts/a', 'experts/b', 'probability']) mkdirSync(join(root, folder));
  put(images, 'a.png', picture([1, 2, 3, 4]));
  put(masks, 'a.png', picture([0, 255, 0, 0]));
  put(join(root, 'experts', 'a'), 'a_mask.png', picture([0, 255, 255, 0]));
  put(join(root, 'experts', 'b'), 'a.png', picture([0, 0, 0, 255]));
  const map = Float32Array.of(0, 1, 0.5, 0.25);
  writeFileSync(
    join(root, 'probability', 'a.tif'),
    encodeTiff({ width: 2, height: 2, channels: 1, dtype: 'float32', data: map }),
  );
  const alone = { ...settings, folds: 1 };
  const folders = { images, masks };
  const drawn = await loadLabelledImages(folders, { ...alone, experts: join(root, 'experts') });
  expect(drawn.images[0]?.experts?.map(({ data }) => [...data])).toEqual([
    [0, 1, 1, 0],
    [0, 0, 0, 1],
  ]);
  const soft = await loadLabelledImages(folders, { ...alone, soft: true });
  expect([...(soft.images[0]?.probabilities?.data ?? [])]).toEqual([1, 0, 0.5, 0.75, 0, 1, 0.5, 0.25]);
  put(join(root, 'experts', 'b'), 'a.png', picture([0, 0, 255, 255]));
  await expect(readRecorded(drawn.record)).rejects.toThrow(/b.a\.png has changed/);
});

test('more folds than images are refused', async () => {
  put(images, 'a.png', picture([1, 2, 3, 4]));
  put(masks, 'a.png', picture([0, 255, 0, 0]));
  await expect(inspectData({ images, masks }, settings)).rejects.toThrow(/2 folds need at least 2 images/);
});

test('a file that changed since it was recorded is named', async () => {
  const path = put(images, 'a.png', picture([1, 2, 3, 4]));
  put(masks, 'a.png', picture([0, 255, 0, 0]));
  const { record } = await inspectData({ images, masks }, parseSettings({}));
  writeFileSync(path, encodePng(picture([4, 3, 2, 1])));
  await expect(readRecorded(record)).rejects.toThrow(/images.a\.png has changed since this run began/);
});

test('values with a gap may mark undecided pixels, and that is told', async () => {
  put(images, 'a.png', picture([1, 2, 3, 4]));
  put(masks, 'a.png', picture([0, 2, 255, 0]));
  const { record, warnings } = await inspectData({ images, masks }, parseSettings({}));
  expect(record.classValues).toEqual([0, 2, 255]);
  expect(warnings).toEqual([expect.stringMatching(/0, 2, 255 .* 3 classes; .* undecided .* --ignore 2\.$/)]);
  const told = await inspectData({ images, masks }, parseSettings({ ignore: [2] }));
  expect(told).toMatchObject({ record: { classValues: [0, 255] }, warnings: [] });
});

test('masks of 1 and 2 have no background unless it is said, or 0 marks what is undecided', async () => {
  put(images, 'a.png', picture([1, 2, 3, 4]));
  put(masks, 'a.png', picture([1, 2, 1, 1]));
  const valuesBy = async (said: Parameters<typeof parseSettings>[0]) => {
    const { record, warnings } = await inspectData({ images, masks }, parseSettings(said));
    return [record.classValues, warnings];
  };
  const told = expect.stringMatching(/value 0, .* background that is nowhere; if 1 .* set classes to 2\.$/);
  expect(await valuesBy({})).toEqual([[0, 1, 2], [told]]);
  expect(await valuesBy({ classes: 2 })).toEqual([[1, 2], []]);
  put(masks, 'a.png', picture([1, 2, 0, 1]));
  expect(await valuesBy({ ignore: [0] })).toEqual([[1, 2], []]);
});

/** Two images with masks of 0/255, and the masks of two experts, in folders of their own. */
function putExperts(ann: readonly number[], bob: readonly number[]): string {
  const experts = join(images, '..', 'experts');
  for (const name of ['ann', 'bob']) mkdirSync(join(experts, name), { recursive: true });
  for (const name of ['a.png', 'b.png']) {
    put(images, name, picture([1, 2, 3, 4]));
    put(masks, name, picture([0, 255, 0, 0]));
    put(join(experts, 'ann'), name, picture(ann));
    put(join(experts, 'bob'), name, picture(bob));
  }
  return experts;
}

test('experts may write the two classes with other values than the masks', async () => {
  const experts = putExperts([0, 1, 1, 0], [0, 255, 0, 255]);
  const read = await loadLabelledImages({ images, masks }, parseSettings({ folds: 1, experts }));
  expect(read.record.classValues).toEqual([0, 255]);
  expect(read.images[0]?.experts?.map(({ data }) => [...data])).toEqual([
    [0, 1, 1, 0],
    [0, 1, 0, 1],
  ]);
  expect(read.warnings).toEqual([expect.stringMatching(/2 classes: 0, 255 by the folder .* 0, 1 by ann/)]);
});

test('values of experts that cannot be told from those of the masks are refused', async () => {
  const experts = putExperts([0, 1, 2, 0], [0, 1, 0, 2]);
  const inspected = inspectData({ images, masks }, parseSettings({ folds: 1, experts }));
  await expect(inspected).rejects.toThrow(
    /masks hold the values 0, 255, and those of the experts in .*experts 0, 1, 2, .*set classes to 4/,
  );
});

test('experts of whom something would be left out are named', async () => {
  const experts = putExperts([0, 255, 0, 0], [0, 255, 0, 0]);
  put(join(experts, 'ann'), 'a_1.png', picture([0, 255, 0, 0]));
  put(join(experts, 'ann'), 'a_2.png', picture([0, 255, 0, 0]));
  rmSync(join(experts, 'ann', 'a.png'));
  mkdirSync(join(experts, 'eve'));
  const inspected = inspectData({ images, masks }, parseSettings({ folds: 1, experts }));
  await expect(inspected).rejects.toMatchObject({
    problems: [
      expect.stringMatching(/eve is empty/),
      expect.stringMatching(/^a\.png fits several masks in .*ann \(a_1\.png, a_2\.png\); keep the one/),
    ],
  });
});

test('the size of objects counts neither what is left out nor a background that is not 0', async () => {
  const block = (side: number, value: number, left: number) =>
    Array.from({ length: 400 }, (_, i) => (i % 20 < side && i < 20 * side ? value : i % 20 > 15 ? left : 1));
  for (const [name, left] of [
    ['a.png', 1],
    ['b.png', 9],
  ] as const) {
    put(images, name, picture(block(6, 7, 3), { width: 20 }));
    put(masks, name, picture(block(6, 2, left), { width: 20 }));
  }
  const { record } = await inspectData(
    { images, masks },
    parseSettings({ folds: 1, classes: 2, ignore: [9] }),
  );
  expect(record.objects?.count).toBe(2);
  expect(record.objects?.size).toBeCloseTo((16 * 36) / (Math.PI * 24));
});

/** The folder of a run as far as it is looked at when another goes on from it. */
function putRun(name: string, initialWeights: string | null, data: DataRecord): string {
  const run = join(images, '..', name);
  for (const fold of ['1', '2']) {
    mkdirSync(join(run, 'folds', fold), { recursive: true });
    writeFileSync(join(run, 'folds', fold, 'model.onnx'), '');
  }
  writeFileSync(join(run, 'config.json'), JSON.stringify({ initialWeights }));
  writeFileSync(join(run, 'data.json'), JSON.stringify(data));
  return run;
}

test('a training that goes on from another keeps its folds, or says that held-out images were seen', async () => {
  const mark = (name: string, value: number) => {
    put(images, `${name}.png`, picture([value, 2, 3, 4]));
    put(masks, `${name}.png`, picture([0, 255, 0, 0]));
  };
  for (const [index, name] of ['a', 'b', 'c', 'd'].entries()) mark(name, index);
  const before = await inspectData({ images, masks }, settings);
  const foldsOf = ({ items }: DataRecord) => Object.fromEntries(items.map(({ name, fold }) => [name, fold]));
  const first = putRun('first', null, before.record);
  mark('e', 9);

  const kept = await inspectData(
    { images, masks },
    parseSettings({ folds: 2, seed: 7, initialWeights: first }),
  );
  expect(foldsOf(kept.record)).toMatchObject(foldsOf(before.record));
  expect([kept.record.seenBefore, kept.warnings]).toEqual([undefined, []]);

  const turned = before.record.items.map((item) => ({ ...item, fold: 3 - item.fold }));
  const second = putRun('second', first, { ...before.record, items: turned });
  const ofOneFold = join(first, 'folds', '1', 'model.onnx');
  for (const start of [
    { folds: 3, initialWeights: first },
    { folds: 2, initialWeights: second },
    { folds: 2, initialWeights: ofOneFold },
    { folds: 2, encoderWeights: ofOneFold },
  ]) {
    const { record, warnings } = await inspectData({ images, masks }, parseSettings(start));
    expect([record.seenBefore, warnings]).toEqual([true, [expect.stringMatching(/have learnt/)]]);
  }
  const foreign = parseSettings({ folds: 2, encoderWeights: join(images, 'mobilenet_v2.onnx') });
  expect((await inspectData({ images, masks }, foreign)).record.seenBefore).toBeUndefined();
});

test('every mask with a colour that the table does not name is told at once', async () => {
  for (const name of ['a.png', 'b.png']) {
    put(images, name, picture([1, 2]));
    put(masks, name, picture([0, 0, 0, 9, 0, 0], { channels: 3 }));
  }
  const looked = inspectData({ images, masks }, parseSettings({ folds: 1, colours: 'black=0,red=1' }));
  await expect(looked).rejects.toThrow(
    /a\.png holds the colour #090000[\s\S]*b\.png holds the colour #090000/,
  );
});
