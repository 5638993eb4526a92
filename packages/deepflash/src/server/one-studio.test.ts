/** One studio at a time is open on a project, and it is found where it was. */
import { mkdtempSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectFiles } from '../project/layout.js';
import { commandsHere } from '../testing/commands-here.js';
import { asking } from '../testing/studio.js';
import { startStudio } from './start.js';

const newFolder = (): string => join(mkdtempSync(join(tmpdir(), 'deepflash-')), 'project');

test('a second studio on a project is refused, and told where the first one is', async () => {
  const folder = newFolder();
  const studio = await startStudio(folder);
  const { code, stdout, stderr } = await commandsHere(join(folder, '..'))('studio', 'project', '--no-open');
  expect([code, stdout]).toEqual([2, '']);
  const where = `http://127.0.0.1:${studio.port}`;
  expect(stderr).toBe(
    `A studio is open on ${folder} already at ${where} (process ${process.pid}): go on there, or close it first.\n`,
  );
  await studio.close();
  await (await startStudio(folder)).close();
});

test('one that cannot start leaves the project free', async () => {
  const folder = newFolder();
  const other = await startStudio(newFolder());
  await expect(startStudio(folder, other.port)).rejects.toThrow(/in use by another program/);
  await (await startStudio(folder)).close();
  await other.close();
});

test('it is opened again at the address of the last time, with another key', async () => {
  const folder = newFolder();
  const { port, token, close } = await startStudio(folder);
  await close();
  expect(readFileSync(projectFiles(folder).lastAddress, 'utf8')).not.toContain(token);
  const again = await startStudio(folder);
  expect(again.port).toBe(port);
  expect((await asking(port, token).ask('/api/project')).status).toBe(401);
  expect((await asking(port, again.token).ask('/api/project')).status).toBe(200);
  await again.close();
});

test('where another program has got the port, it is another one', async () => {
  const folder = newFolder();
  const { port, close } = await startStudio(folder);
  await close();
  const program = createServer();
  await new Promise<void>((resolve) => program.listen(port, '127.0.0.1', resolve));
  const again = await startStudio(folder);
  expect(again.port).not.toBe(port);
  await again.close();
  program.close();
});
