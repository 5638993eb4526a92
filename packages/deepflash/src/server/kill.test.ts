/** What is left when the server is killed. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { encodePng } from '@deepflash/imaging';
import { expect, test } from 'vitest';
import { sampleImage } from '../demo/cells.js';
import { projectFiles } from '../project/layout.js';
import { asking, files, openTestStudio } from '../testing/studio.js';

const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

async function startChild(folder: string) {
  const child = spawn(process.execPath, [cli, 'studio', folder, '--no-open'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const address = await new Promise<URL>((resolve, reject) => {
    child.stdout.once('data', (line: Buffer) => resolve(new URL(line.toString().trim())));
    child.once('exit', () => reject(new Error('The studio ended.')));
  });
  return { child, ...asking(Number(address.port), address.searchParams.get('token') ?? '') };
}

function killed(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGKILL');
  });
}

test('a server that is killed loses no stroke, and a job of its goes on', async () => {
  const folder = join(mkdtempSync(join(tmpdir(), 'deepflash-')), 'project');
  const { child, ask, post } = await startChild(folder);
  const images = [1, 2].map(
    (number) => [`${number}.png`, encodePng(sampleImage({ number, size: 64 }).image)] as const,
  );
  await ask('/api/images', { method: 'POST', body: files(...images) });
  for (const expert of ['Ada', 'Ben']) await post('/api/experts', { name: expert });
  // Many strokes at once: those that were answered must be there.
  const strokes = Array.from({ length: 48 }, async (_, row) => {
    const [expert, image] = [row % 2 === 0 ? 'Ada' : 'Ben', row % 4 < 2 ? '1' : '2'];
    const init = { method: 'PATCH', body: new Uint8Array(64).fill(1) };
    const answer = await ask(`/api/labels/${expert}/${image}?x=0&y=${row}&width=64&height=1`, init).catch(
      () => undefined,
    );
    return answer?.status === 204 ? { expert, image, row } : undefined;
  });
  await Promise.all(strokes.slice(0, 32));
  await post('/api/ground-truth', { method: 'majority' });
  await killed(child);
  const answered = (await Promise.all(strokes)).filter((one) => one !== undefined);
  expect(answered.length).toBeGreaterThanOrEqual(32);

  const studio = await openTestStudio(folder);
  for (const { expert, image, row } of answered) {
    const labels = new Uint8Array(await (await studio.ask(`/api/labels/${expert}/${image}`)).arrayBuffer());
    expect(labels[row * 64 + 63]).toBe(1);
  }
  expect(await studio.jobsEnded()).toEqual(['ground-truth done']);
  expect((await studio.project()).groundTruth).toEqual(['1', '2']);
  await studio.close();
}, 300_000);

test('a job whose process is gone is shown as interrupted, and the next one begins', async () => {
  const folder = join(mkdtempSync(join(tmpdir(), 'deepflash-')), 'project');
  const first = await openTestStudio(folder);
  await first.close();
  const gone = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
  await new Promise((resolve) => gone.once('exit', resolve));
  const record = {
    ...{ id: 'one', kind: 'train', target: 'run', args: ['train'], state: 'running', pid: gone.pid },
    ...{ created: '', started: '', ended: null, message: null },
  };
  writeFileSync(projectFiles(folder).job('one'), JSON.stringify(record));
  const studio = await openTestStudio(folder);
  expect(await studio.jobsEnded()).toEqual(['train interrupted']);
  await studio.close();
});
