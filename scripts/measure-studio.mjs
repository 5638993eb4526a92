// Measures the studio in chromium: weight and time of the first page, frames while a 4096 x 4096 image is moved, a stroke
// on it, and how fast the API answers while that is written and while a training runs. Started by `npm run measure-studio`,
// after a build. The studio is a process of its own, as it is for people. Without a graphics card the studio draws with the
// processor; the answer names what drew. With --card it is made to believe that there is a card also where chromium only
// imitates one, and no training is run.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { chromium } from 'playwright-core';
import { sampleImage } from '../packages/deepflash/dist/index.js';
import { encodeMask, encodePng, encodeTiff } from '../packages/imaging/dist/index.js';

const SIDE = 4096;
const FRAMES = 120;
const isCardImitated = process.argv.includes('--card');
const dist = fileURLToPath(new URL('../packages/studio/dist/', import.meta.url));
const executablePath = ['/usr/bin/chromium', '/usr/bin/google-chrome'].find((path) => existsSync(path));
if (executablePath === undefined) {
  process.stderr.write('The studio is measured in chromium, which is not installed.\n');
  process.exit(1);
}
const results = { cores: cpus().length, scriptKB: firstScripts() };
say(results);
const folder = join(mkdtempSync(join(tmpdir(), 'deepflash-')), 'measured');
const studio = await startChild(folder);
const browser = await chromium.launch({
  executablePath,
  args: ['--no-sandbox', '--disable-dev-shm-usage'],
});
const devtools = await browser.newBrowserCDPSession();
const api = `http://127.0.0.1:${studio.port}/api`;
const headers = { Authorization: `Bearer ${studio.token}` };

let page;

try {
  results.firstPageMs = { ...(await firstPage()), wanted: 1000 };
  say(results);
  page = await newPage();
  await page.goto(studio.address);
  await upload('images', [['large.tif', largeImage()]]);
  await post('experts', { name: 'Ada' });
  await page.goto(`http://127.0.0.1:${studio.port}/annotate/Ada/large`);
  await page.getByRole('img', { name: /with the drawing of Ada/ }).waitFor();
  await page.waitForFunction(() => document.querySelector('[aria-busy="true"]') === null);
  results.drawnBy = await page.evaluate(() => {
    const gl = document.querySelector('.picture canvas').getContext('webgl2');
    if (gl === null) return 'processor';
    const names = gl.getExtension('WEBGL_debug_renderer_info');
    return names ? gl.getParameter(names.UNMASKED_RENDERER_WEBGL) : 'unknown';
  });
  say(results);
  results.frames = await frames();
  say(results);
  results.stroke = await strokes();
  results.apiWhileWritingMs = await whileWriting();
  say(results);
  if (!isCardImitated) results.apiMs = await whileTraining();
  process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
} finally {
  await browser.close();
  await studio.close();
}

/** Starts the studio as people do. */
async function startChild(folder) {
  const cli = fileURLToPath(new URL('../packages/deepflash/dist/cli.js', import.meta.url));
  const child = spawn(process.execPath, [cli, 'studio', folder, '--no-open'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const gone = new Promise((resolve) => child.once('exit', resolve));
  const address = await new Promise((resolve, reject) => {
    child.stdout.once('data', (line) => resolve(new URL(`${line}`.trim())));
    child.once('exit', () => reject(new Error('The studio ended.')));
  });
  return {
    address: address.href,
    port: address.port,
    token: address.searchParams.get('token'),
    async close() {
      child.kill('SIGTERM');
      await gone;
    },
  };
}

async function newPage() {
  const opened = await browser.newPage({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' });
  opened.setDefaultTimeout(300_000);
  if (isCardImitated) {
    await opened.addInitScript(() => {
      const { getParameter } = WebGL2RenderingContext.prototype;
      const UNMASKED_RENDERER = 37446;
      WebGL2RenderingContext.prototype.getParameter = function (name) {
        return name === UNMASKED_RENDERER
          ? 'what is taken for a graphics card'
          : getParameter.call(this, name);
      };
    });
  }
  return opened;
}

/** Milliseconds from the address to a button that can be pressed: in a browser that was never here, and again. */
async function firstPage() {
  const fresh = [];
  const again = [];
  for (let i = 0; i < 5; i++) {
    const opened = await newPage();
    for (const times of [fresh, again]) {
      const start = performance.now();
      await opened.goto(studio.address);
      await opened.getByRole('button', { name: 'Try the sample project' }).click({ trial: true });
      times.push(performance.now() - start);
    }
    await opened.context().close();
  }
  return { fresh: round(at(sorted(fresh), 0.5)), again: round(at(sorted(again), 0.5)) };
}

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

/**
 * The image is dragged about: milliseconds between frames, and of the processor for each, in all processes of chromium
 * together, which mean something on a busy machine as well.
 */
async function frames() {
  await page.getByRole('button', { name: 'Move', exact: true }).click();
  await page.getByRole('button', { name: 'Closer' }).click();
  const canvas = page.locator('.picture canvas');
  const before = await canvas.screenshot();
  const start = await processorMs();
  const between = await page.evaluate(async (count) => {
    const canvas = document.querySelector('.picture canvas');
    const box = canvas.getBoundingClientRect();
    const place = { x: box.x + 300, y: box.y + 300 };
    const fire = (type) =>
      canvas.dispatchEvent(
        new PointerEvent(type, {
          ...{ pointerId: 1, bubbles: true, button: 0, clientX: place.x, clientY: place.y },
        }),
      );
    canvas.setPointerCapture = () => undefined;
    fire('pointerdown');
    const times = [];
    let last = performance.now();
    for (let i = 0; i < count; i++) {
      place.x += i % 40 < 25 ? 4 : -4;
      place.y += 1;
      fire('pointermove');
      await new Promise((resolve) => requestAnimationFrame(resolve));
      const now = performance.now();
      times.push(now - last);
      last = now;
    }
    fire('pointerup');
    return times.slice(10).sort((a, b) => a - b);
  }, FRAMES);
  const processor = (await processorMs()) - start;
  if ((await canvas.screenshot()).equals(before)) throw new Error('The image did not move.');
  const [medianMs, p95Ms] = [round(at(between, 0.5)), round(at(between, 0.95))];
  return { medianMs, p95Ms, processorMs: round(processor / FRAMES), wantedMs: round(1000 / 60) };
}

async function processorMs() {
  const { processInfo } = await devtools.send('SystemInfo.getProcessInfo');
  return 1000 * processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, 0);
}

/**
 * A stroke of the brush: `workMs`, the work of one movement until its pixels are on the canvas, which has to fit into a
 * frame; `shownMs`, that with the wait for the frame; `savedMs`, from the end of the stroke until the server has it on the disk.
 */
async function strokes() {
  await page.getByRole('button', { name: 'Brush', exact: true }).click();
  const box = await page.locator('.picture canvas').boundingBox();
  const times = { workMs: [], shownMs: [], savedMs: [] };
  for (let i = 0; i < 15; i++) {
    const y = box.y + 150 + 20 * i;
    await page.mouse.move(box.x + 300, y);
    await page.mouse.down();
    await page.mouse.move(box.x + 340, y, { steps: 4 });
    const drawn = await page.evaluate(
      async ([x, top]) => {
        const canvas = document.querySelector('.picture canvas');
        const gl = canvas.getContext('webgl2');
        const plain = canvas.getContext('2d');
        const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve));
        await nextFrame();
        await nextFrame();
        const start = performance.now();
        canvas.dispatchEvent(
          new PointerEvent('pointermove', { pointerId: 1, bubbles: true, clientX: x, clientY: top }),
        );
        const handled = performance.now();
        // The page has asked for this frame before, so that it is drawn when this goes on.
        const frame = await new Promise((resolve) => requestAnimationFrame(() => resolve(performance.now())));
        gl?.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(4));
        plain?.getImageData(0, 0, 1, 1);
        const end = performance.now();
        const asked = document.timeline.currentTime;
        return { work: handled - start + (end - Math.min(frame, asked)), shown: end - start };
      },
      [box.x + 360, y],
    );
    times.workMs.push(drawn.work);
    times.shownMs.push(drawn.shown);
    const answer = page.waitForResponse((response) => response.request().method() === 'PATCH');
    const start = performance.now();
    await page.mouse.up();
    if ((await answer).status() !== 204) throw new Error('A stroke was not saved.');
    times.savedMs.push(performance.now() - start);
  }
  const medians = Object.entries(times).map(([name, all]) => [name, round(at(sorted(all), 0.5))]);
  return { ...Object.fromEntries(medians), wanted: { workMs: round(1000 / 60), savedMs: 200 } };
}

/** The file of the large drawing is written a while after its last stroke: how fast the API answers until it is there. */
async function whileWriting() {
  const journal = join(folder, 'annotations', 'Ada', '.large.journal');
  const times = [];
  do {
    const start = performance.now();
    await (await fetch(`${api}/project`, { headers })).arrayBuffer();
    times.push(performance.now() - start);
  } while (existsSync(journal));
  const all = sorted(times);
  return { median: round(at(all, 0.5)), slowest: round(all.at(-1)), asked: all.length, wanted: 50 };
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
    // The large image has more.
    channels: [1],
  };
  await post('runs', { name: 'busy', masks: 'Ada', settings: { ...tiny, steps: 1_000_000 } });
  for (;;) {
    const { jobs } = await (await fetch(`${api}/project`, { headers })).json();
    if (jobs.at(-1).state === 'failed') throw new Error(jobs.at(-1).message);
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
  const latest = async () => (await (await fetch(`${api}/project`, { headers })).json()).jobs.at(-1);
  const job = await latest();
  if (job.state !== 'running') throw new Error('The training ended before it was measured.');
  await post(`jobs/${job.id}/cancel`, {});
  while ((await latest()).state === 'running') await new Promise((resolve) => setTimeout(resolve, 300));
  return { ...times, wantedMs: 50 };
}

async function upload(path, files) {
  const body = new FormData();
  for (const [name, bytes] of files) body.append('files', new Blob([bytes]), name);
  await sent(path, body);
}

async function post(path, body) {
  await sent(path, JSON.stringify(body));
}

async function sent(path, body) {
  const response = await fetch(`${api}/${path}`, { method: 'POST', headers, body });
  if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
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
