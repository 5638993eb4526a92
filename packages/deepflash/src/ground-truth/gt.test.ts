/** `deepflash gt` as people use it, on folders of masks. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodePng, encodeTiff, type Image, readImage } from '@deepflash/imaging';
import { openImageFile } from '@deepflash/imaging/node';
import { expect, test } from 'vitest';
import { commandsHere } from '../testing/commands-here.js';

const folder = mkdtempSync(join(tmpdir(), 'deepflash-gt-'));
const deepflash = commandsHere(folder);
const gt = (...args: string[]) => deepflash('gt', ...args);

/** A mask of 16x16 pixels, white from the given column to column 12. */
function draw(expert: string, name: string, from: number, side = 16): void {
  const path = join(folder, expert);
  mkdirSync(path, { recursive: true });
  const data = new Uint8Array(side * side).map((_, i) => (i % side >= from && i % side < 12 ? 255 : 0));
  writeFileSync(
    join(path, name),
    encodePng({ width: side, height: side, channels: 1, dtype: 'uint8', data }),
  );
}

test('the consensus is what most experts drew, and each expert is judged by it', async () => {
  draw('three/ann', 'cell_mask.png', 4);
  draw('three/bob', 'cell_mask.png', 4);
  draw('three/eve', 'cell_mask.png', 8);
  const { code, stdout } = await gt('--experts', 'three', '--out', 'consensus', '--json');
  expect(code).toBe(0);
  const { images, experts } = JSON.parse(stdout);
  expect(images).toBe(1);
  expect(experts.ann.dice).toBe(1);
  expect(experts.eve.dice).toBeCloseTo((2 * 4) / (8 + 4), 12);
  const mask = await readImage(readFileSync(join(folder, 'consensus/masks/cell_mask.png')), 'cell_mask.png');
  expect([...mask.data.subarray(0, 16)]).toEqual([
    0, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 0,
  ]);
  for (const file of [
    'probability/cell_mask.tif',
    'experts.csv',
    'agreement.csv',
    'results.xlsx',
    'report.html',
  ]) {
    expect(existsSync(join(folder, 'consensus', file)), file).toBe(true);
  }
});

test('masks of different sizes are named, and the other images are done', async () => {
  draw('sizes/ann', 'good.png', 4);
  draw('sizes/bob', 'good.png', 4);
  draw('sizes/ann', 'odd.png', 4);
  draw('sizes/bob', 'odd.png', 4, 20);
  const { code, stderr } = await gt('--experts', 'sizes', '--out', 'sized');
  expect(code).toBe(1);
  expect(stderr).toContain('odd.png');
  expect(existsSync(join(folder, 'sized/masks/good.png'))).toBe(true);
  expect(existsSync(join(folder, 'sized/masks/odd.png'))).toBe(false);
});

test('an expert who has not drawn yet is left out, and the others are merged', async () => {
  draw('undrawn/ann', 'cell.png', 4);
  draw('undrawn/bob', 'cell.png', 4);
  mkdirSync(join(folder, 'undrawn/dan'));
  writeFileSync(join(folder, 'undrawn/dan/.cell.journal'), '');
  const { code, stdout, stderr } = await gt(...'--experts undrawn --out merged --json'.split(' '));
  expect([code, stderr]).toEqual([
    0,
    expect.stringMatching(/Note: undrawn.dan is empty: put the masks of dan/),
  ]);
  expect(Object.keys(JSON.parse(stdout).experts)).toEqual(['ann', 'bob']);
});

test('where nobody else has drawn, it is said who has not', async () => {
  draw('one-drew/ann', 'cell.png', 4);
  mkdirSync(join(folder, 'one-drew/dan'));
  const one = await gt(...'--experts one-drew --out one-merged'.split(' '));
  expect([one.code, one.stderr]).toEqual([
    2,
    expect.stringMatching(/one expert only \(ann\).*one-drew.dan is empty/),
  ]);
  mkdirSync(join(folder, 'none-drew/dan'), { recursive: true });
  const none = await gt(...'--experts none-drew --out none-merged'.split(' '));
  expect([none.code, none.stderr]).toEqual([1, expect.stringMatching(/none-drew.dan is empty/)]);
});

test('instance labels without their flag are explained', async () => {
  mkdirSync(join(folder, 'labels/ann'), { recursive: true });
  mkdirSync(join(folder, 'labels/bob'), { recursive: true });
  const data = new Uint8Array(256).map((_, i) => i % 40);
  for (const expert of ['ann', 'bob']) {
    const image = { width: 16, height: 16, channels: 1, dtype: 'uint8', data } as const;
    writeFileSync(join(folder, 'labels', expert, 'a.png'), encodePng(image));
  }
  const { code, stderr } = await gt('--experts', 'labels', '--out', 'labelled');
  expect(code).toBe(1);
  expect(stderr).toContain('--instances');
});

/** Writes an image of any kind for an expert. */
function put(path: string, bytes: Uint8Array): void {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), bytes);
}

function grey(value: (pixel: number) => number): Image {
  return {
    width: 16,
    height: 16,
    channels: 1,
    dtype: 'uint8',
    data: new Uint8Array(256).map((_, i) => value(i)),
  };
}

test('three classes keep their numbers, and a tie is undecided', async () => {
  const stripes = (shift: number) => encodePng(grey((i) => Math.min(2, Math.floor(((i + shift) % 16) / 6))));
  put('classes/ann/a.png', stripes(0));
  put('classes/bob/a.tif', encodeTiff(grey((i) => Math.min(2, Math.floor((i % 16) / 6)))));
  put('classes/eve/a.png', stripes(1));
  put('classes/kim/a.png', stripes(1));
  const { code, stderr } = await gt(...'--experts classes --out classed --method majority'.split(' '));
  expect([code, stderr]).toEqual([0, expect.stringMatching(/undecided.* --ignore 3 leaves them out/)]);
  const mask = await readImage(readFileSync(join(folder, 'classed/masks/a.png')), 'a.png');
  expect([...mask.data.subarray(0, 16)]).toEqual([0, 0, 0, 0, 0, 3, 1, 1, 1, 1, 1, 3, 2, 2, 2, 3]);
});

test('objects count for an expert where they have the right class', async () => {
  const halves = (left: number, right: number) =>
    encodePng(grey((i) => (i % 16 < 2 || i % 16 > 13 ? 0 : i % 16 < 8 ? left : right)));
  for (const expert of ['ann', 'bob']) put(`mixed/${expert}/a.png`, halves(1, 2));
  put('mixed/eve/a.png', halves(2, 1));
  const { stdout } = await gt(...'--experts mixed --out mixed-out --method majority --json'.split(' '));
  const { ann, eve } = JSON.parse(stdout).experts;
  expect([ann.ap50, eve.ap50]).toEqual([1, 0]);
});

test('a model is judged by the experts, or votes with them', async () => {
  draw('with-model/ann', 'cell.png', 4);
  draw('with-model/bob', 'cell.png', 4);
  draw('model', 'cell.png', 8);
  const judged = await gt(...'--experts with-model --out judged --model net=model --json'.split(' '));
  expect(JSON.parse(judged.stdout).experts.net).toMatchObject({ kind: 'model', sensitivity: 0.5 });
  draw('one-with-model/ann', 'cell.png', 8);
  const alone = await gt(...'--experts one-with-model --out alone --model net=model'.split(' '));
  expect([alone.code, alone.stderr]).toEqual([2, expect.stringContaining('one expert only')]);
  const voting = await gt(
    ...'--experts one-with-model --out voting --model net=model --models-vote --json'.split(' '),
  );
  expect(JSON.parse(voting.stdout).experts.net).toMatchObject({ kind: 'model', dice: 1 });
});

test('instance labels give numbered objects, and who saw what', async () => {
  const cells = (right: number) => encodePng(grey((i) => (i % 16 < 5 ? 7 : i % 16 < 10 ? right : 0)));
  put('objects/ann/a.png', cells(9));
  put('objects/bob/a.png', cells(9));
  put('objects/eve/a.png', cells(7));
  const { code } = await gt(...'--experts objects --out numbered --instances'.split(' '));
  expect(code).toBe(0);
  const objects = await readImage(readFileSync(join(folder, 'numbered/instances/a.tif')), 'a.tif');
  expect([...objects.data.subarray(0, 12)]).toEqual([1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 0, 0]);
  const report = readFileSync(join(folder, 'numbered/report.html'), 'utf8');
  expect(report).toContain('voted down');
});

test('all experts empty is agreement, with scores of 1', async () => {
  for (const expert of ['ann', 'bob']) put(`nothing/${expert}/a.png`, encodePng(grey(() => 0)));
  const { code, stdout } = await gt(...'--experts nothing --out empty --json'.split(' '));
  expect(code).toBe(0);
  expect(JSON.parse(stdout).experts.ann).toMatchObject({ dice: 1, iou: 1, sensitivity: 1, ap50: 1 });
});

test('masks that are no masks are named, and nothing is written when none is left', async () => {
  const colours = new Uint8Array(768).map((_, i) => i % 251);
  put('colour/ann/a.png', encodePng({ width: 16, height: 16, channels: 3, dtype: 'uint8', data: colours }));
  put('colour/bob/a.png', encodePng(grey((i) => (i % 16 < 5 ? 255 : 0))));
  const fractions = Float32Array.from({ length: 256 }, (_, i) => i / 7);
  put(
    'float/ann/a.tif',
    encodeTiff({ width: 16, height: 16, channels: 1, dtype: 'float32', data: fractions }),
  );
  put('float/bob/a.png', encodePng(grey((i) => (i % 16 < 5 ? 255 : 0))));
  put('damaged/ann/a.png', encodePng(grey((i) => i % 2)).slice(0, 60));
  put('damaged/bob/a.png', encodePng(grey((i) => i % 2)));
  for (const [experts, complaint] of [
    ['colour', /ann.a\.png.*colour/],
    ['float', /ann.a\.tif.*(fraction|whole)/],
    ['damaged', /ann.a\.png.*truncated/],
  ] as const) {
    const { code, stderr } = await gt('--experts', experts, '--out', `${experts}-out`);
    expect([code, stderr]).toEqual([1, expect.stringMatching(complaint)]);
    expect(existsSync(join(folder, `${experts}-out`)), experts).toBe(false);
  }
});

test('a folder without masks is named, and the experts that are there are used', async () => {
  draw('gap/ann', 'cell.png', 4);
  draw('gap/bob', 'cell.png', 4);
  put('gap/eve/notes.txt', new Uint8Array());
  const { code, stderr } = await gt(...'--experts gap --out gapped'.split(' '));
  expect([code, stderr]).toEqual([1, expect.stringMatching(/eve holds no image file/)]);
  expect(existsSync(join(folder, 'gapped/masks/cell.png'))).toBe(true);
});

test('masks that somebody drew are not replaced, and ground truth is made again', async () => {
  draw('again/ann', 'cell.png', 4);
  draw('again/bob', 'cell.png', 4);
  draw('drawn/masks', 'cell.png', 2);
  const before = readFileSync(join(folder, 'drawn/masks/cell.png'));
  const { code, stderr } = await gt(...'--experts again --out drawn'.split(' '));
  expect(code).toBe(2);
  expect(stderr).toMatch(/drawn.masks holds files, such as cell\.png, that deepflash gt has not written/);
  expect(readFileSync(join(folder, 'drawn/masks/cell.png'))).toEqual(before);
  for (const _ of [1, 2]) {
    expect(await gt(...'--experts again --out made'.split(' '))).toMatchObject({ code: 0 });
  }
});

test('what an earlier run wrote of images that come to nothing now goes, and that is said', async () => {
  const stripes = encodePng(grey((i) => Math.floor((i % 16) / 6) % 3));
  for (const expert of ['ann', 'bob']) {
    for (const name of ['good.png', 'odd.png', 'gone.png']) put(`twice/${expert}/${name}`, stripes);
  }
  expect(await gt(...'--experts twice --out second'.split(' '))).toMatchObject({ code: 0 });
  put('second/masks/own.png', stripes);
  put('twice/bob/odd.png', encodePng({ ...grey(() => 0), width: 8, height: 32 }));
  for (const expert of ['ann', 'bob']) {
    rmSync(join(folder, `twice/${expert}/gone.png`));
    put(`twice/${expert}/good.png`, encodePng(grey((i) => i % 2)));
  }
  put('twice/ann/odd.png', encodePng(grey((i) => i % 2)));
  const { code, stderr } = await gt(...'--experts twice --out second'.split(' '));
  expect([code, stderr]).toEqual([
    1,
    expect.stringMatching(/files of 2 images .* were removed: gone, odd\./),
  ]);
  expect(readdirSync(join(folder, 'second/masks')).sort()).toEqual(['good.png', 'own.png']);
  expect(readdirSync(join(folder, 'second/probability'))).toEqual(['good.tif']);
});

test('the tables of another command are not replaced', async () => {
  draw('tables/ann', 'cell.png', 4);
  draw('tables/bob', 'cell.png', 4);
  put('scored/results.xlsx', new Uint8Array());
  const { code, stderr } = await gt(...'--experts tables --out scored'.split(' '));
  expect([code, stderr]).toEqual([2, expect.stringMatching(/scored.results\.xlsx is not of deepflash gt/)]);
  expect(existsSync(join(folder, 'scored/masks'))).toBe(false);
});

test('consensus and objects have the pixel size of the masks', async () => {
  const calibration = { pixelSize: { x: 0.5, y: 0.5, z: null }, unit: 'µm' };
  const mask = encodeTiff(
    grey((i) => (i % 16 < 8 ? 1 : 0)),
    calibration,
  );
  for (const expert of ['ann', 'bob']) put(`sized-masks/${expert}/a.tif`, mask);
  expect(await gt(...'--experts sized-masks --out calibrated --instances'.split(' '))).toMatchObject({
    code: 0,
  });
  for (const file of ['probability/a.tif', 'instances/a.tif']) {
    const { info, close } = await openImageFile(join(folder, 'calibrated', file));
    expect(info, file).toMatchObject(calibration);
    await close();
  }
});

test('experts may write the two classes with values of their own', async () => {
  put('values/ann/a.png', encodePng(grey((i) => i % 2)));
  put('values/bob/a.png', encodePng(grey((i) => 255 * (i % 2))));
  const { code, stdout, stderr } = await gt(...'--experts values --out valued --json'.split(' '));
  expect([code, stderr]).toEqual([0, expect.stringContaining('2 classes: 0, 1 by ann; 0, 255 by bob.')]);
  expect(JSON.parse(stdout).experts.ann.dice).toBe(1);
});

test('undecided pixels cannot have the value of the foreground', async () => {
  draw('tie/ann', 'cell.png', 4);
  draw('tie/bob', 'cell.png', 8);
  const { code, stderr } = await gt(...'--experts tie --out tied --undecided 255'.split(' '));
  expect([code, stderr]).toEqual([2, expect.stringMatching(/255 is the foreground .* choose another value/)]);
  expect(existsSync(join(folder, 'tied'))).toBe(false);
});

test.each(['--classes 3', '--undecided 0'])('%s is refused with --instances', async (option) => {
  draw('cells/ann', 'cell.png', 4);
  draw('cells/bob', 'cell.png', 4);
  const { code, stderr } = await gt(...`--experts cells --out refused --instances ${option}`.split(' '));
  expect([code, stderr]).toEqual([2, expect.stringMatching(/--instances, where .*: leave out one of them/)]);
});
