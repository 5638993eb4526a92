/** The whole way in a real browser on the sample project: draw, merge, train, predict, correct. */
import { existsSync, mkdirSync, mkdtempSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Studio, startStudio } from 'deepflash';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const executablePath = ['/usr/bin/chromium', '/usr/bin/google-chrome'].find((path) => existsSync(path));
const pages = existsSync(new URL('../dist/index.html', import.meta.url));
if (executablePath === undefined)
  console.warn('Skipped: the studio is tested in chromium, which is not installed.');
/** Where pictures of the pages are put, for people to look at. */
const shots = process.env.DEEPFLASH_SHOTS;

describe.skipIf(executablePath === undefined || !pages)('the studio', () => {
  let studio: Studio;
  let browser: Browser;
  let page: Page;
  const faults: string[] = [];

  beforeAll(async () => {
    studio = await startStudio(join(mkdtempSync(join(tmpdir(), 'deepflash-')), 'cells'));
    browser = await chromium.launch({
      executablePath: executablePath ?? '',
      args: ['--no-sandbox', '--disable-gpu'],
    });
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') faults.push(message.text());
    });
    if (shots !== undefined) mkdirSync(shots, { recursive: true });
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await studio?.close();
  });

  async function shoot(name: string): Promise<void> {
    if (shots === undefined) return;
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.waitForTimeout(300);
      await page.screenshot({ path: join(shots, `${name}-${colorScheme}.png`) });
    }
    await page.emulateMedia({ colorScheme: 'light' });
    await page.waitForTimeout(500);
  }

  /** Serious faults that axe finds on the page, by rule. */
  async function inaccessible(): Promise<string[]> {
    await page.evaluate(
      (await import('node:fs')).readFileSync(createRequire(import.meta.url).resolve('axe-core'), 'utf8'),
    );
    return page.evaluate(async () => {
      const { axe } = globalThis as unknown as {
        axe: { run(): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }> };
      };
      const { violations } = await axe.run();
      return violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
    });
  }

  test('a first visit leads to the sample project', async () => {
    const start = performance.now();
    await page.goto(studio.address);
    await page.getByRole('button', { name: 'Try the sample project' }).click();
    await page.getByText('12', { exact: true }).first().waitFor();
    console.log(`the first page: ${Math.round(performance.now() - start)} ms with the making of the samples`);
    expect(page.url()).not.toContain('token');
    await shoot('overview');
    expect(await inaccessible()).toEqual([]);
  }, 60_000);

  test('a mask is drawn with the mouse, saved, and taken back', async () => {
    await page.getByRole('link', { name: 'Annotate', exact: true }).click();
    const picture = page.getByRole('img', { name: /cells-11 with the drawing of Ada/ });
    await picture.waitFor();
    await page.waitForTimeout(500);
    const box = await picture.boundingBox();
    if (box === null) throw new Error('The picture has no place.');
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    const saved = page.waitForResponse((response) => response.request().method() === 'PATCH');
    await page.mouse.move(x - 60, y);
    await page.mouse.down();
    await page.mouse.move(x + 60, y, { steps: 12 });
    await page.mouse.up();
    expect((await saved).status()).toBe(204);
    await page.getByText('All is saved.').waitFor();
    const drawn = async (): Promise<number> => {
      const response = await page.request.get(`http://127.0.0.1:${studio.port}/api/labels/Ada/cells-11`);
      return (await response.body()).reduce((sum, value) => sum + value, 0);
    };
    const first = await drawn();
    expect(first).toBeGreaterThan(100);
    await shoot('annotate');
    expect(await inaccessible()).toEqual([]);
    await page.keyboard.press('Control+z');
    await expect.poll(drawn).toBe(0);
    await page.keyboard.press('Control+Shift+z');
    await expect.poll(drawn).toBe(first);
  }, 60_000);

  test('experts are merged', async () => {
    await page.getByRole('link', { name: 'Experts', exact: true }).click();
    await page.getByRole('button', { name: /^Merge/ }).click();
    await page.getByRole('img', { name: /with the mask of consensus/ }).waitFor({ timeout: 60_000 });
    await page.waitForTimeout(500);
    await shoot('experts');
    expect(await inaccessible()).toEqual([]);
  }, 90_000);

  test('a network is trained with live curves, stopped and gone on with', async () => {
    await page.getByRole('link', { name: 'Train', exact: true }).click();
    await page.getByLabel('Name', { exact: true }).fill('first');
    await page.getByRole('button', { name: /All settings/ }).click();
    for (const [name, value] of [
      ['encoder', 'resnet18'],
      ['encoderWeights', 'none'],
      ['steps', '60'],
      ['tileSize', '64'],
      ['batchSize', '2'],
      ['validationEvery', '10'],
      ['testTimeAugmentation', 'false'],
    ] as const) {
      await page.getByLabel(name, { exact: true }).fill(value);
    }
    await page.getByLabel('Networks', { exact: true }).fill('1');
    await page.getByRole('button', { name: 'Start training' }).click();
    await page.getByRole('img', { name: 'Loss and Dice of network 1' }).waitFor({ timeout: 90_000 });
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByRole('button', { name: 'Go on' }).click({ timeout: 60_000 });
    await page.getByText('finished', { exact: true }).waitFor({ timeout: 120_000 });
    await page.getByRole('button', { name: /All settings/ }).click();
    await page.waitForTimeout(500);
    await shoot('train');
    expect(await inaccessible()).toEqual([]);
  }, 300_000);

  test('images are predicted, the doubtful first, and one is corrected', async () => {
    await page.getByRole('link', { name: 'Predict and correct', exact: true }).click();
    await page.getByRole('button', { name: 'Predict all images' }).click();
    await page.getByRole('img', { name: /with its prediction/ }).waitFor({ timeout: 120_000 });
    await page.waitForTimeout(700);
    await shoot('results');
    expect(await inaccessible()).toEqual([]);
    await page.getByRole('button', { name: 'Correct this image' }).click();
    await page.getByRole('img', { name: /with the drawing of Ada/ }).waitFor();
  }, 180_000);

  test('the glossary explains, and no page had a fault', async () => {
    await page.getByRole('link', { name: 'Glossary', exact: true }).click();
    await page.getByRole('heading', { name: 'STAPLE' }).waitFor();
    await page.waitForTimeout(500);
    expect(await inaccessible()).toEqual([]);
    expect(faults).toEqual([]);
  });
});
