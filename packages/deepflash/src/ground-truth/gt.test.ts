/** `deepflash gt` as people use it: the built program on folders of masks. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { encodePng, readImage } from '@deepflash/imaging';
import { expect, test } from 'vitest';

const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'deepflash-gt-'));

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

function gt(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [cli, 'gt', ...args], { cwd: folder }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
    });
  });
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
