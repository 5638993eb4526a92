// Pictures of the studio's pages for the guide, into docs/images/studio: the sample project is walked through in
// chromium, with a real training of three minutes. Started by `npm run screenshots`, after a build. With
// `npm run screenshots -- --run RUN` the networks of a finished run are taken in place of that training, and with
// `npm run screenshots -- PROJECT` the pages of a project that has come to its predictions already.
import { cpSync, existsSync, mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { startStudio } from '../packages/deepflash/dist/index.js';

const {
  values: { run },
  positionals: [given],
} = parseArgs({ options: { run: { type: 'string' } }, allowPositionals: true });
if (run !== undefined && !existsSync(join(run, 'config.json'))) {
  process.stderr.write(`${run} is no finished run: name the folder that deepflash train wrote.\n`);
  process.exit(2);
}
const out = fileURLToPath(new URL('../docs/images/studio/', import.meta.url));
const executablePath = ['/usr/bin/chromium', '/usr/bin/google-chrome'].find((path) => existsSync(path));
if (executablePath === undefined) {
  process.stderr.write('The pictures are made with chromium, which is not installed.\n');
  process.exit(1);
}
mkdirSync(out, { recursive: true });
const project = given ?? join(mkdtempSync(join(tmpdir(), 'deepflash-')), 'cells');
const studio = await startStudio(project);
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
const page = await browser.newPage({
  ...{ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce', colorScheme: 'light' },
});
page.setDefaultTimeout(20 * 60_000);

try {
  await page.goto(studio.address);
  if (given === undefined) await walk();
  for (const [name, file] of [
    ['Images', 'images'],
    ['Annotate', 'annotate'],
    ['Experts', 'experts'],
    ['Train', 'train'],
    ['Predict and correct', 'results'],
    ['Export', 'export'],
    ['Overview', 'overview'],
  ]) {
    await open(name);
    await shoot(file);
  }
} finally {
  await browser.close();
  await studio.close();
}

/** From the samples to a prediction. */
async function walk() {
  await page.getByRole('button', { name: 'Try the sample project' }).click();
  await page.getByRole('region', { name: 'Tour' }).waitFor();
  await shoot('tour');
  await page.getByRole('button', { name: /^Leave the tour/ }).click();
  await page.getByRole('region', { name: 'Tour' }).waitFor({ state: 'hidden' });
  await open('Experts');
  await page.getByRole('button', { name: /^Merge/ }).click();
  await page.getByRole('cell', { name: 'Cleo', exact: true }).first().waitFor();
  if (run !== undefined) {
    cpSync(run, join(project, 'runs', 'training-1'), { recursive: true });
    await page.reload();
  } else await train();
  await open('Predict and correct');
  await page.getByRole('button', { name: 'Predict all images' }).click();
  await page.getByRole('img', { name: /with its prediction/ }).waitFor();
}

async function train() {
  await open('Train');
  await page.getByRole('textbox', { name: 'Minutes' }).fill('3');
  await page.getByRole('button', { name: 'Start training' }).click();
  await page
    .getByRole('row', { name: /^training-1 / })
    .getByText('finished', { exact: true })
    .waitFor();
}

async function open(name) {
  await page.getByRole('navigation').getByRole('link', { name, exact: true }).click();
  await painted();
}

async function painted() {
  await page.waitForFunction(
    () => document.querySelector('[aria-busy="true"], [aria-label="loading"]') === null,
  );
  await page.evaluate(
    () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
  );
}

async function shoot(name) {
  await painted();
  await page.screenshot({ path: join(out, `${name}.jpg`), type: 'jpeg', quality: 72 });
}
