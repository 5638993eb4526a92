import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { removeLeftovers } from './leftovers.js';
import { openProject } from './project.js';

test('what a killed server left goes, and so do smaller copies of images that are gone', async () => {
  const project = await openProject(join(mkdtempSync(join(tmpdir(), 'deepflash-')), 'project'));
  const { files, folder } = project;
  await removeLeftovers(project);
  const left = [
    ...[join(folder, '.a.tmp'), join(files.images, '.b.tmp'), join(files.pyramids, '.c.tmp')],
    files.pyramid('gone.tif', 1, 1),
  ];
  const kept = [
    ...[join(files.images, 'here.tif'), files.pyramid('here.tif', 1, 1), files.pyramid('here.tif', 12, 3)],
    // A job may be writing it.
    join(files.exports, '.d.tmp'),
  ];
  for (const file of [...left, ...kept]) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, '');
  }
  await removeLeftovers(project);
  expect(left.filter((file) => existsSync(file))).toEqual([]);
  expect(kept.filter((file) => !existsSync(file))).toEqual([]);
});
