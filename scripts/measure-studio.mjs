// Measures the studio in chromium: weight and time of the first page, frames while a 4096 x 4096 image is moved, a stroke
// on it, and how fast the API answers while a training runs. Started by `npm run measure-studio`, after a build.
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { chromium } from 'playwright-core';
import { sampleImage, startStudio } from '../packages/deepflash/dist/index.js';
import { encodeMask, encodePng, encodeTiff } from '../packages/imaging/dist/index.js';

const SIDE = 4096;
const dist = fileURLToPath(new URL('../packages/studio/dist/', import.meta.url));
const executablePath = ['/usr/bin/chromium', '/usr/bin/google-chrome'].find((path) => existsSync(path));
if (executablePath === undefined) {
  process.stderr.write('The studio is measured in chromium, which is not installed.\n');
  process.exit(1);
}
const results = { cores: cpus().length, scriptKB: firstScripts() };
say(results);
const studio = await startStudio(join(mkdtempSync(join(tmpdir(), 'deepflash-')), 'measured'));
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' });
page.setDefaultTimeout(300_000);
const api = `http://127.0.0.1:${studio.port}/api`;
const headers = { Authorization: `Bearer ${studio.token}` };

try {
  await page.goto(studio.address);
  results.firstPageMs = await median(5, async () => {
    const start = performance.now();
    await page.goto(studio.address);
    await page.getByRole('button', { name: 'Try the sample project' }).waitFor();
    return performance.now() - start;
  });
  await upload('images', [['large.tif', largeImage()]]);
  await post('experts', { name: 'Ada' });
  await page.goto(`http://127.0.0.1:${studio.port}/annotate/Ada/large`);
  await page.getByRole('img', { name: /with the drawing of Ada/ }).waitFor();
  await page.waitForFunction(() => document.querySelector('[aria-busy="true"]') === null);
  say(results);
  results.frames = await frames();
  say(results);
  results.stroke = await strokes();
  say(results);
  results.apiMs = await whileTraining();
  process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
} finally {
  await browser.close();
  await studio.close();
}
process.exit(0);

/** What is known so far: the rest takes a while on a loaded machine. */
function say(known) {
  process.stderr.write(`${JSON.stringify(known)}\n`);
}

/** Compressed size of the scripts that the first page loads, in kB. */
function firstScripts() {
  const html = readFileSync(`${dist}index.html`, 'utf8');
  const names = [...html.matchAll(/assets\/[\w.-]+\.js/g)].map(([name]) => name);
  return Math.round(names.reduce((sum, name) => sum + gzipSync(readFileSync(dist + name)).length, 0) / 1000);
}

/** Two channels of 16 bits. */
function largeImage() {
  const data = new Uint16Array(SIDE * SIDE * 2);
  for (let i = 0; i < data.length; i++) data[i] = (i * 2654435761) >>> 20;
  return encodeTiff({ width: SIDE, height: SIDE, channels: 2, dtype: 'uint16', data });
}

/** Milliseconds between frames while the image is dragged about. */
async function frames() {
  await page.getByRole('button', { name: 'Move', exact: true }).click();
  await page.getByRole('button', { name: 'Closer' }).click();
  const between = await page.evaluate(async () => {
    const canvas = document.querySelector('.picture canvas');
    const box = canvas.getBoundingClientRect();
    const fire = (type, x, y, movementX) =>
      canvas.dispatchEvent(
        new PointerEvent(type, {
          ...{ pointerId: 1, bubbles: true, button: 0, clientX: x, clientY: y, movementX, movementY: 1 },
        }),
      );
    canvas.setPointerCapture = () => undefined;
    fire('pointerdown', box.x + 300, box.y + 300, 0);
    const times = [];
    let last = performance.now();
    for (let i = 0; i < 120; i++) {
      fire('pointermove', box.x + 300 + i, box.y + 300, i % 40 < 20 ? 4 : -4);
      await new Promise((resolve) => requestAnimationFrame(resolve));
      const now = performance.now();
      times.push(now - last);
      last = now;
    }
    fire('pointerup', box.x + 300, box.y + 300, 0);
    return times.slice(10).sort((a, b) => a - b);
  });
  return { medianMs: round(at(between, 0.5)), p95Ms: round(at(between, 0.95)) };
}

/** A stroke of the brush: until its pixels are handed to the screen, and until the server has it on the disk. */
async function strokes() {
  await page.getByRole('button', { name: 'Brush', exact: true }).click();
  const box = await page.locator('.picture canvas').boundingBox();
  const drawn = [];
  const saved = [];
  for (let i = 0; i < 9; i++) {
    const y = box.y + 150 + 20 * i;
    await page.mouse.move(box.x + 300, y);
    await page.mouse.down();
    await page.mouse.move(box.x + 340, y, { steps: 4 });
    drawn.push(
      await page.evaluate(
        ([x, top]) => {
          const canvas = document.querySelector('.picture canvas');
          const start = performance.now();
          canvas.dispatchEvent(
            new PointerEvent('pointermove', { pointerId: 1, bubbles: true, clientX: x, clientY: top }),
          );
          return performance.now() - start;
        },
        [box.x + 360, y],
      ),
    );
    const answer = page.waitForResponse((response) => response.request().method() === 'PATCH');
    const start = performance.now();
    await page.mouse.up();
    await answer;
    saved.push(performance.now() - start);
  }
  return { drawMs: round(at(sorted(drawn), 0.5)), savedMs: round(at(sorted(saved), 0.5)) };
}

async function whileTraining() {
  const cells = [1, 2, 3, 4].map((number) => ({ number, ...sampleImage({ number, size: 128 }) }));
  await upload(
    'images',
    cells.map(({ number, image }) => [`c${number}.png`, encodePng(image)]),
  );
  await upload(
    'experts/Ada/masks',
    cells.map(({ number, mask }) => [`c${number}.png`, encodePng(encodeMask(mask))]),
  );
  const tiny = {
    encoder: 'mobilenet_v2',
    encoderWeights: 'none',
    tileSize: 128,
    batchSize: 2,
    folds: 2,
    models: 1,
  };
  await post('runs', { name: 'busy', masks: 'Ada', settings: { ...tiny, steps: 1_000_000 } });
  for (;;) {
    const { jobs } = await (await fetch(`${api}/project`, { headers })).json();
    if (/\d+\/1000000/.test(jobs.at(-1).progress ?? '')) break;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  const times = {};
  for (const path of ['project', 'runs/busy', 'images/c1/window', 'labels/Ada/c1']) {
    const all = [];
    for (let i = 0; i < 40; i++) {
      const start = performance.now();
      await (await fetch(`${api}/${path}`, { headers })).arrayBuffer();
      all.push(performance.now() - start);
    }
    times[path] = { medianMs: round(at(sorted(all), 0.5)), p95Ms: round(at(sorted(all), 0.95)) };
  }
  const { jobs } = await (await fetch(`${api}/project`, { headers })).json();
  await post(`jobs/${jobs.at(-1).id}/cancel`, {});
  return times;
}

async function upload(path, files) {
  const body = new FormData();
  for (const [name, bytes] of files) body.append('files', new Blob([bytes]), name);
  await fetch(`${api}/${path}`, { method: 'POST', headers, body });
}

async function post(path, body) {
  await fetch(`${api}/${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
}

async function median(times, work) {
  const all = [];
  for (let i = 0; i < times; i++) all.push(await work());
  return round(at(sorted(all), 0.5));
}

function sorted(numbers) {
  return [...numbers].sort((a, b) => a - b);
}

function at(numbers, part) {
  return numbers[Math.min(numbers.length - 1, Math.floor(part * numbers.length))];
}

function round(number) {
  return Number(number.toFixed(1));
}
