/** One studio at a time is open on a project, and it is found where it was. */
import { chmodSync, mkdtempSync, readFileSync, statSync } from 'node:fs';
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
  const where = process.getuid === undefined ? `http://127.0.0.1:${studio.port}/` : studio.address;
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

test.skipIf(process.getuid === undefined)(
  'a page that was left open goes on when the studio is opened again',
  async () => {
    const folder = newFolder();
    const { port, token, close } = await startStudio(folder);
    await close();
    const again = await startStudio(folder);
    expect((await asking(port, token).ask('/api/project')).status).toBe(200);
    await again.close();
  },
);

test.skipIf(process.getuid === undefined)(
  'a token is kept where nobody else can read it, and is a new one where somebody could',
  async () => {
    const folder = newFolder();
    const { port, token, close } = await startStudio(folder);
    await close();
    const file = projectFiles(folder).lastAddress;
    expect(statSync(file).mode & 0o777).toBe(0o600);
    chmodSync(file, 0o644);
    const again = await startStudio(folder);
    expect(again.port).toBe(port);
    expect(again.token).not.toBe(token);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ port, token: again.token });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await again.close();
  },
);

test('where another program has got the port, it is another one, and so is the token', async () => {
  const folder = newFolder();
  const { port, token, close } = await startStudio(folder);
  await close();
  const program = createServer();
  await new Promise<void>((resolve) => program.listen(port, '127.0.0.1', resolve));
  const again = await startStudio(folder);
  expect(again.port).not.toBe(port);
  expect(again.token).not.toBe(token);
  await again.close();
  program.close();
});
