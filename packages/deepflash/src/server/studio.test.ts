import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeMask, encodePng } from '@deepflash/imaging';
import { strToU8, zipSync } from 'fflate';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sampleImage } from '../demo/cells.js';
import { projectFiles } from '../project/layout.js';
import type { Received } from '../project/uploads.js';
import { copyOfProject, files, openTestStudio, type TestStudio } from '../testing/studio.js';
import { startStudio } from './start.js';

let folder = '';
let studio: TestStudio;
const opened: TestStudio[] = [];

async function start(): Promise<TestStudio> {
  const started = await openTestStudio(folder);
  opened.push(started);
  return started;
}

beforeEach(async () => {
  folder = join(mkdtempSync(join(tmpdir(), 'deepflash-')), 'project');
  studio = await start();
});
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

async function problemOf(response: Response): Promise<string> {
  return ((await response.json()) as { problem: string }).problem;
}

const cells = encodePng(sampleImage({ number: 1, size: 64 }).image);

test('nobody comes in without the token, by another name, or from another page', async () => {
  const address = `http://127.0.0.1:${studio.port}/api/project`;
  expect((await fetch(address)).status).toBe(401);
  expect((await fetch(address, { headers: { Authorization: 'Bearer wrong' } })).status).toBe(401);
  expect((await studio.ask('/api/project', { headers: { Origin: 'http://evil.example' } })).status).toBe(403);
  const otherHost = await new Promise<number | undefined>((resolve, reject) => {
    const headers = { Host: `evil.example:${studio.port}`, Authorization: `Bearer ${studio.token}` };
    httpRequest(address, { headers }, (response) => resolve(response.statusCode))
      .on('error', reject)
      .end();
  });
  expect(otherHost).toBe(403);
  const first = await fetch(studio.address);
  expect(first.headers.get('set-cookie')).toMatch(/HttpOnly.*SameSite=Strict/);
});

test.each([
  '/api/files/../secret',
  '/api/files/..%2Fsecret',
  '/api/files/%2e%2e%2fsecret',
  '/api/files//etc/passwd',
  '/..%2f..%2fpackage.json',
])('no path leads out of the project: %s', async (path) => {
  writeFileSync(join(folder, '..', 'secret'), 'secret');
  const status = await new Promise<{ code: number | undefined; text: string }>((resolve, reject) => {
    const headers = { Host: `127.0.0.1:${studio.port}`, Authorization: `Bearer ${studio.token}` };
    httpRequest({ host: '127.0.0.1', port: studio.port, path, headers }, (response) => {
      let text = '';
      response.on('data', (part) => {
        text += part;
      });
      response.on('end', () => resolve({ code: response.statusCode, text }));
    })
      .on('error', reject)
      .end();
  });
  expect(status.text).not.toContain('secret"');
  expect(status.text).not.toBe('secret');
  expect(status.text).not.toContain('root:');
  expect(status.text).not.toContain('"name"');
});

test('images come as files or in a zip; what is none is told, and the others are kept', async () => {
  const broken = cells.slice(0, 100);
  const zip = zipSync({ 'deep/zipped.png': cells, 'readme.txt': strToU8('hello') });
  const body = files(
    ['a.png', cells],
    ['broken.png', broken],
    ['b.txt', cells],
    ['all.zip', zip],
    ['A.png', cells],
  );
  const response = await studio.ask('/api/images', { method: 'POST', body });
  const { added, refused } = (await response.json()) as Received;
  expect(added.map(({ file }) => file)).toEqual(['a.png', 'zipped.png']);
  expect(refused.map(({ file }) => file)).toEqual(['broken.png', 'b.txt', 'readme.txt', 'A.png']);
  expect((await studio.project()).images.map(({ name, width }) => [name, width])).toEqual([
    ['a', 64],
    ['zipped', 64],
  ]);
  expect(readdirSync(projectFiles(folder).images).sort()).toEqual(['a.png', 'zipped.png']);
});

const zipped = zipSync({ 'a.png': cells, 'b.png': cells }, { level: 0 });
const cutOff = zipped.slice(0, zipped.length - 40);
/** The checksum of the first image is wrong. */
const changed = zipped.map((byte, i) => (i === 200 ? byte ^ 1 : byte));

test.each([
  ['cut.zip', cutOff, /^cut\.zip is truncated .*; copy it again from its source\.$/],
  ['none.zip', strToU8('this is no archive'), /^none\.zip is no ZIP archive; /],
  ['empty.zip', zipSync({}), /^empty\.zip holds no files: pack the images or drawings/],
  ['hidden.zip', zipSync({ '__MACOSX/._a.png': cells }), /^hidden\.zip holds no files/],
])('%s is refused in a sentence that names it', async (name, zip, problem) => {
  for (const path of ['/api/images', '/api/masks']) {
    const response = await studio.ask(path, { method: 'POST', body: files([name, zip]) });
    expect(response.status).toBe(400);
    expect(await problemOf(response)).toMatch(problem);
  }
  // What came with it is kept.
  const body = files([name, zip], ['good.png', cells]);
  const { added, refused } = (await (
    await studio.ask('/api/images', { method: 'POST', body })
  ).json()) as Received;
  expect(added.map(({ file }) => file)).toEqual(['good.png']);
  expect(refused.map(({ file }) => file)).toEqual([name]);
});

test('of what is wrong with single files the others know nothing', async () => {
  const long = `${'x'.repeat(240)}.png`;
  const nothing = Uint8Array.from(cells);
  // The width that the header of the picture promises.
  nothing.set([0, 0, 0, 0], 16);
  const body = files(
    ['changed.zip', changed],
    ['text.tif', strToU8('This is no image.')],
    ['empty.tif', new Uint8Array()],
    ['nothing.png', nothing],
    [long, cells],
    ['.hidden.png', cells],
    ['Mu\u0308ller 5%, #3.png', cells],
    ['M\u00fcller 5%, #3.png', cells],
    ['神経細胞.png', cells],
  );
  const { added, refused } = (await (
    await studio.ask('/api/images', { method: 'POST', body })
  ).json()) as Received;
  expect(added.map(({ file }) => file)).toEqual(['b.png', 'M\u00fcller 5%, #3.png', '神経細胞.png']);
  expect(refused.map(({ problem }) => problem)).toEqual([
    expect.stringMatching(/^changed\.zip .*checksum of "a\.png" is wrong/),
    expect.stringMatching(/^text\.tif is .*PNG, TIFF, JPEG, BMP and OME-Zarr images are read/),
    expect.stringMatching(/^empty\.tif .*no content/),
    expect.stringMatching(/^nothing\.png /),
    expect.stringMatching(/^"x+…" is too long for the name of a file/),
    expect.stringMatching(/an image of this name is there already/),
  ]);
  const window = await studio.ask(
    `/api/images/${encodeURIComponent('M\u00fcller 5%, #3')}/window?width=64&height=64`,
  );
  expect(window.headers.get('X-Shape')).toBe('64,64,1');
});

test('a zip that leads out of its folder is refused', async () => {
  const zip = zipSync({ '../evil.png': cells });
  const response = await studio.ask('/api/images', { method: 'POST', body: files(['evil.zip', zip]) });
  expect(response.status).toBe(400);
  expect(await problemOf(response)).toMatch(/outside of its folder/);
  expect(existsSync(join(folder, 'evil.png'))).toBe(false);
});

test('a stroke is on the disk when it is answered, and a server that dies loses none', async () => {
  await studio.ask('/api/images', { method: 'POST', body: files(['a.png', cells]) });
  await studio.post('/api/experts', { name: 'Ada' });
  const stroke = { method: 'PATCH', body: Uint8Array.of(1, 1, 0, 1) };
  expect((await studio.ask('/api/labels/Ada/a?x=10&y=20&width=2&height=2', stroke)).status).toBe(204);
  folder = copyOfProject(folder);
  const journal = projectFiles(folder).journal('Ada', 'a');
  expect(existsSync(journal)).toBe(true);
  // Half a stroke, as a crash leaves it.
  writeFileSync(journal, Buffer.concat([readFileSync(journal), Buffer.from([1, 0, 0, 0, 9])]));
  studio = await start();
  const labels = new Uint8Array(await (await studio.ask('/api/labels/Ada/a')).arrayBuffer());
  const marked = [...labels.entries()].filter(([, value]) => value === 1).map(([pixel]) => pixel);
  expect(marked).toEqual([20 * 64 + 10, 20 * 64 + 11, 21 * 64 + 11]);
  await studio.close();
  opened.pop();
  expect(existsSync(journal)).toBe(false);
  expect(existsSync(projectFiles(folder).labels('Ada', 'a'))).toBe(true);
});

test.each([
  ['/api/labels/Ada/a?x=63&y=0&width=2&height=1', [1, 1], /does not fit/],
  ['/api/labels/Ada/a?x=0&y=0&width=2&height=1', [1], /does not fit/],
  ['/api/labels/Ada/a?x=0&y=0&width=1&height=1', [2], /does not fit/],
  ['/api/labels/Ada/nothing?x=0&y=0&width=1&height=1', [1], /no image nothing/],
  ['/api/labels/..%2Fx/a?x=0&y=0&width=1&height=1', [1], /cannot be the name/],
])('a stroke that does not fit is refused: %s', async (path, values, problem) => {
  await studio.ask('/api/images', { method: 'POST', body: files(['a.png', cells]) });
  const response = await studio.ask(path, { method: 'PATCH', body: Uint8Array.from(values) });
  expect(response.status).toBe(400);
  expect(await problemOf(response)).toMatch(problem);
});

test('a zip that would fill the disk is refused before it is unpacked', async () => {
  const zip = zipSync({ 'a.png': new Uint8Array(1000) });
  // The size that its directory promises, three gigabytes.
  const entry = Buffer.from(zip).indexOf('PK\u0001\u0002');
  new DataView(zip.buffer, zip.byteOffset).setUint32(entry + 24, 3 * 2 ** 30, true);
  const response = await studio.ask('/api/images', { method: 'POST', body: files(['bomb.zip', zip]) });
  expect(response.ok).toBe(false);
  expect(await problemOf(response)).toMatch(/bomb\.zip/);
  expect((await studio.project()).images).toEqual([]);
});

test('an upload of 2 GB is refused before it is read', async () => {
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const headers = {
      ...{ Host: `127.0.0.1:${studio.port}`, Authorization: `Bearer ${studio.token}` },
      ...{ 'Content-Type': 'multipart/form-data; boundary=x', 'Content-Length': `${2 ** 31}` },
    };
    const sent = httpRequest(
      { host: '127.0.0.1', port: studio.port, path: '/api/images', method: 'POST', headers },
      (response) => {
        resolve(response.statusCode);
        sent.destroy();
      },
    );
    sent.on('error', reject);
    sent.flushHeaders();
  });
  expect(status).toBe(413);
});

test('a document beyond the limit is refused', async () => {
  const response = await studio.post('/api/experts', { name: 'x'.repeat(2 ** 20) });
  expect(response.status).toBe(413);
});

test('the sample project has images, most of which three experts drew on', async () => {
  expect((await studio.post('/api/sample')).status).toBe(200);
  const { images, experts } = await studio.project();
  expect(images).toHaveLength(12);
  expect(experts.map(({ name, images: drawn }) => [name, drawn.length])).toEqual([
    ['Ada', 10],
    ['Ben', 10],
    ['Cleo', 10],
  ]);
});

test('experts are merged by a job, which the next server knows as well', async () => {
  const mask = encodePng(encodeMask(sampleImage({ number: 1, size: 64 }).mask));
  await studio.ask('/api/images', { method: 'POST', body: files(['a.png', cells]) });
  await studio.ask('/api/masks', { method: 'POST', body: files(['Ada/a.png', mask], ['Ben/a.png', mask]) });
  expect((await studio.post('/api/ground-truth', { method: 'majority' })).status).toBe(200);
  expect(await studio.jobsEnded()).toEqual(['ground-truth done']);
  expect((await studio.project()).groundTruth).toEqual(['a']);
  const consensus = await studio.ask('/api/overlays/ground-truth/consensus/a');
  expect(consensus.headers.get('X-Shape')).toBe('64,64,1');
  const report = await studio.ask('/api/files/ground-truth/report.html');
  expect(report.headers.get('Content-Security-Policy')).toContain('sandbox');
  await studio.close();
  opened.pop();
  studio = await start();
  expect((await studio.project()).jobs.map(({ kind, state }) => [kind, state])).toEqual([
    ['ground-truth', 'done'],
  ]);
}, 300_000);

test('a folder that holds something else is no project', async () => {
  const other = mkdtempSync(join(tmpdir(), 'deepflash-'));
  mkdirSync(join(other, 'thesis'));
  await expect(startStudio(other)).rejects.toThrow(/is no project and is not empty \(it holds thesis\)/);
});

test('the API describes itself', async () => {
  const { openapi, paths } = (await (await studio.ask('/api/openapi.json')).json()) as {
    openapi: string;
    paths: object;
  };
  expect(openapi).toBe('3.1.0');
  expect(Object.keys(paths)).toEqual(
    expect.arrayContaining([
      ...['/api/project', '/api/runs', '/api/labels/{expert}/{image}'],
      ...['/api/cluster', '/api/cluster/{kind}/{name}/cancel'],
    ]),
  );
});
