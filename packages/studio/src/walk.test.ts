/** The whole way in a real browser: bring images, draw, merge, train, predict, correct. */
import { encodeMask, encodePng } from '@deepflash/imaging';
import { type ClusterView, type ProjectView, sampleImage } from 'deepflash';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LONG, noBrowser, openStudioPage, type StudioPage } from './testing/studio-page.ts';
import { readable } from './training/setting-names.ts';

if (noBrowser !== undefined) console.warn(`Skipped: ${noBrowser}.`);

/** Small images on which a network learns in seconds. */
const IMAGES = [1, 2, 3, 4].map((number) => ({
  name: `cells-${number}`,
  ...sampleImage({ number, size: 64 }),
}));
const TINY = {
  ...{
    architecture: 'Linknet',
    encoder: 'mobilenet_v2',
    encoderWeights: 'none',
    tileSize: '64',
    batchSize: '1',
  },
  ...{ threads: '1', validationEvery: '1000000', testTimeAugmentation: 'false' },
};

describe.skipIf(noBrowser !== undefined)('the studio', () => {
  let at: StudioPage;

  beforeAll(async () => {
    at = await openStudioPage('neurons');
    await at.page.goto(at.studio.address);
  }, LONG);
  afterAll(() => at?.close());

  test(
    'the page opens, and its address no longer holds the key',
    async () => {
      await at.page.getByRole('heading', { name: 'neurons' }).waitFor();
      expect(at.page.url()).not.toContain('token');
      const alone = at.page.getByRole('navigation').getByRole('link', { name: /^In the browser/ });
      expect(await alone.getAttribute('href')).toBe('/browser/');
      expect(await at.look('first')).toEqual([]);
    },
    LONG,
  );

  test(
    'images are brought',
    async () => {
      await at.open('Images');
      await at.page
        .locator('input[type=file]')
        .first()
        .setInputFiles(
          IMAGES.map(({ name, image }) => ({
            ...{ name: `${name}.png`, mimeType: 'image/png', buffer: Buffer.from(encodePng(image)) },
          })),
        );
      await at.page.getByText('4 added.').waitFor();
      expect(await at.look('images')).toEqual([]);
    },
    LONG,
  );

  test(
    'the tour leads from page to page, can be left, and comes back by Help',
    async () => {
      const { page } = at;
      const tour = page.getByRole('region', { name: 'Tour' });
      await page.getByRole('button', { name: 'Help', exact: true }).press('Enter');
      await page.getByRole('menuitem', { name: 'Tour of the pages' }).press('Enter');
      await tour.getByText('1 of 6').waitFor();
      await tour.getByRole('button', { name: 'Next step' }).press('Enter');
      await tour.getByText('2 of 6').waitFor();
      await page.getByRole('heading', { name: 'Annotate' }).waitFor();
      expect(await at.look('tour')).toEqual([]);
      await tour.getByRole('button', { name: /^Leave the tour/ }).press('Enter');
      await tour.waitFor({ state: 'hidden' });
    },
    LONG,
  );

  test(
    'an expert brings masks, another draws with the mouse; strokes are saved, and taken back',
    async () => {
      const { page } = at;
      await at.open('Annotate');
      for (const expert of ['Ada', 'Ben']) {
        await page.getByRole('button', { name: 'New expert' }).click();
        await page.getByLabel('Name of the expert').fill(expert);
        await page.getByRole('button', { name: 'Add expert' }).click();
        await page.getByRole('img', { name: new RegExp(`with the drawing of ${expert}`) }).waitFor();
        await page.getByRole('button', { name: 'Import drawings' }).click();
        const drawn = expert === 'Ada' ? IMAGES : IMAGES.slice(0, 3);
        await page
          .getByRole('dialog')
          .locator('input[type=file]')
          .setInputFiles(
            drawn.map(({ name, mask }) => ({
              name: `${name}.png`,
              mimeType: 'image/png',
              buffer: Buffer.from(encodePng(encodeMask(mask))),
            })),
          );
        await page.getByText(`${drawn.length} added.`).waitFor();
        await page.keyboard.press('Escape');
        await page.getByRole('dialog').waitFor({ state: 'hidden' });
      }
      const picture = page.getByRole('img', { name: /cells-4 with the drawing of Ben/ });
      await page.goto(`http://127.0.0.1:${at.studio.port}/annotate/Ben/cells-4`);
      await picture.waitFor();
      await at.painted();
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
      const first = await marked();
      expect(first).toBeGreaterThan(20);
      expect(await at.look('annotate')).toEqual([]);
      await page.keyboard.press('Control+z');
      await expect.poll(marked, { timeout: 60_000 }).toBe(0);
      await page.keyboard.press('Control+Shift+z');
      await expect.poll(marked, { timeout: 60_000 }).toBe(first);
    },
    LONG,
  );

  async function marked(): Promise<number> {
    const response = await at.page.request.get(`http://127.0.0.1:${at.studio.port}/api/labels/Ben/cells-4`);
    return (await response.body()).reduce((sum, value) => sum + value, 0);
  }

  test(
    'experts are merged',
    async () => {
      await at.open('Experts');
      await at.page.getByRole('button', { name: /^Merge/ }).click();
      await at.page.getByRole('img', { name: /with the consensus and the drawings/ }).waitFor();
      expect(await at.look('experts')).toEqual([]);
    },
    LONG,
  );

  /** Writes or chooses the value of a setting, found by its name as people read it. */
  async function setTo(setting: string, value: string): Promise<void> {
    const { page } = at;
    await page.getByLabel('Find a setting').fill(setting);
    const field = page.getByLabel(readable(setting), { exact: true }).and(page.locator('input'));
    await field.click();
    const isChoice = (await field.getAttribute('aria-haspopup')) === 'listbox';
    if (isChoice) await page.getByRole('option', { name: value, exact: true }).click();
    else await field.fill(value);
  }

  async function startTraining(name: string, settings: Readonly<Record<string, string>>): Promise<void> {
    const { page } = at;
    await page.getByLabel('Name', { exact: true }).fill(name);
    for (const [setting, value] of Object.entries(settings)) {
      await setTo(setting, value);
    }
    await page.getByLabel('Networks', { exact: true }).fill('1');
    await page.getByRole('button', { name: 'Start training' }).click();
  }

  /** Waits for the state of a training as the table tells it. */
  async function reaches(name: string, state: string): Promise<void> {
    const row = at.page.getByRole('row', { name: new RegExp(`^${name} `) });
    await row.getByText(state, { exact: true }).waitFor();
  }

  test(
    'a network is trained with live curves, stopped and gone on with',
    async () => {
      const { page } = at;
      await at.open('Train');
      await page.getByText('Expert', { exact: true }).click();
      // It would take for ever, so that it is at work whenever it is stopped.
      await startTraining('long', { ...TINY, steps: '1000000' });
      await page.getByRole('img', { name: 'Loss and Dice of network 1' }).waitFor();
      expect(await at.look('training')).toEqual([]);
      await page.getByRole('button', { name: 'Stop' }).click();
      await reaches('long', 'interrupted');
      await page.getByRole('button', { name: 'Go on' }).click();
      await reaches('long', 'running');
      await page.getByRole('button', { name: 'Stop' }).click();
      await reaches('long', 'interrupted');
      await startTraining('short', { ...TINY, steps: '3' });
      await reaches('short', 'finished');
      await page
        .getByRole('img', { name: /^What network 1 says of cells-\d after step 3$/ })
        .first()
        .waitFor();
      // Where there is no cluster, there is no choice.
      const { here } = await at.ask<ClusterView>('cluster');
      expect(await page.getByLabel('Where it runs').count()).toBe(here ? 1 : 0);
      expect(await at.look('train')).toEqual([]);
    },
    LONG,
  );

  test(
    'images are predicted, the doubtful first, and one is corrected',
    async () => {
      const { page } = at;
      await at.open('Predict and correct');
      await page.getByRole('button', { name: 'Predict all images' }).click();
      await page.getByRole('img', { name: /with its prediction/ }).waitFor();
      expect(await at.look('results')).toEqual([]);
      await page.getByRole('button', { name: 'Accept', exact: true }).click();
      await page.getByText('1 of 4 accepted').waitFor();
      await page.getByRole('button', { name: 'Correct', exact: true }).click();
      await page.getByRole('img', { name: /with the drawing of Ada/ }).waitFor();
      const { predictions } = await at.ask<ProjectView>('project');
      expect(predictions).toEqual(['short']);
    },
    LONG,
  );

  test(
    'networks are trained further with what was corrected, and packed for others',
    async () => {
      const { page } = at;
      await at.open('Predict and correct');
      await page.getByRole('button', { name: 'Retrain with corrections' }).click();
      await reaches('short-1', 'finished');
      await page.getByLabel('Compare short', { exact: true }).check();
      await page.getByLabel('Compare short-1', { exact: true }).check();
      await page.getByRole('img', { name: 'Losses of the trainings' }).waitFor();
      expect(await at.look('compared')).toEqual([]);
      await at.open('Export');
      await page.getByRole('button', { name: 'Pack for bioimage.io' }).last().click();
      await page.getByRole('link', { name: 'short-1.zip' }).waitFor();
      expect(await at.look('export')).toEqual([]);
    },
    LONG,
  );

  test(
    'the glossary explains, and no page had a fault',
    async () => {
      await at.open('Glossary');
      await at.page.getByRole('heading', { name: 'STAPLE' }).waitFor();
      expect(await at.look('glossary')).toEqual([]);
      expect(at.faults).toEqual([]);
    },
    LONG,
  );
});
