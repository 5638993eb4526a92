/**
 * The whole way in a real browser, twice: bring images, draw, merge, train, predict, correct, train further, pack. With
 * sample images every page is looked at by axe; with real ones a training is stopped and gone on with as well.
 */
import { encodeMask, encodePng } from '@deepflash/imaging';
import { type ClusterView, type GroundTruthView, type ProjectView, sampleImage } from 'deepflash';
import { zipSync } from 'fflate';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CFOS_EXPERTS, CFOS_NAMES, cfosPieces, noCfos } from './testing/cfos.ts';
import { type Steps, stepsOn } from './testing/steps.ts';
import { LONG, noBrowser, openBrowser, openStudioPage, type StudioPage } from './testing/studio-page.ts';

const missing = noBrowser ?? noCfos;
if (missing !== undefined) console.warn(`Skipped, in part at least: ${missing}.`);

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
  ...{ threads: '1', tileThreads: '0', validationEvery: '1000000', testTimeAugmentation: 'false' },
};

let browser: Browser;
beforeAll(async () => {
  if (noBrowser === undefined) browser = await openBrowser();
}, LONG);
afterAll(() => browser?.close());

describe.skipIf(noBrowser !== undefined)('the studio with sample images', () => {
  let at: StudioPage;
  let steps: Steps;

  beforeAll(async () => {
    at = await openStudioPage('neurons', browser);
    steps = stepsOn(at);
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
      await steps.bring(IMAGES.map(({ name, image }) => ({ name: `${name}.png`, bytes: encodePng(image) })));
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
        await steps.bring(
          drawn.map(({ name, mask }) => ({ name: `${name}.png`, bytes: encodePng(encodeMask(mask)) })),
          page.getByRole('dialog').locator('input[type=file]'),
        );
        await page.getByText(`${drawn.length} added.`).waitFor();
        await page.keyboard.press('Escape');
        await page.getByRole('dialog').waitFor({ state: 'hidden' });
      }
      await steps.draw('Ben', 'cells-4');
      const marked = () => steps.marked('Ben', 'cells-4');
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

  test(
    'experts are merged',
    async () => {
      await steps.merge();
      expect(await at.look('experts')).toEqual([]);
    },
    LONG,
  );

  test(
    'a network is trained, and shows what it says on the way of an image that it does not learn from',
    async () => {
      const { page } = at;
      await steps.openTraining();
      await steps.train('short', { ...TINY, steps: '3' });
      await steps.reaches('short', 'finished');
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
      await steps.predict();
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
      await steps.retrain();
      await page.getByLabel('Compare short', { exact: true }).check();
      await page.getByLabel('Compare short-1', { exact: true }).check();
      await page.getByRole('img', { name: 'Losses of the trainings' }).waitFor();
      expect(await at.look('compared')).toEqual([]);
      await steps.pack();
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

describe.skipIf(missing !== undefined)('the studio with images of cFOS and five experts', () => {
  let at: StudioPage;
  let steps: Steps;

  beforeAll(async () => {
    at = await openStudioPage('cfos', browser);
    steps = stepsOn(at);
    await at.page.goto(at.studio.address);
  }, LONG);
  afterAll(() => at?.close());

  test(
    'images come in, and the drawings of all experts in one zip',
    async () => {
      const { page } = at;
      const pieces = await cfosPieces();
      await at.open('Images');
      await steps.bring(pieces.map(({ name, image }) => ({ name: `${name}.png`, bytes: image })));
      await page.getByText('3 added.').waitFor();
      const drawings = pieces.flatMap(({ name, masks }) =>
        Object.entries(masks).map(([expert, mask]) => [`${expert}/${name}_cFOS.png`, mask] as const),
      );
      const bytes = zipSync(Object.fromEntries(drawings), { level: 0 });
      await steps.bring([{ name: 'experts.zip', bytes }], page.locator('input[type=file]').nth(1));
      await page.getByText('15 added.').waitFor();
      await at.shoot('cfos-images');
    },
    LONG,
  );

  test(
    'one of them draws on with the mouse, and STAPLE merges all five',
    async () => {
      const before = await steps.marked('expert_5', '0004');
      await steps.draw('expert_5', '0004');
      expect(await steps.marked('expert_5', '0004')).toBeGreaterThan(before + 20);
      await at.shoot('cfos-annotate');
      await steps.merge();
      await at.page.getByRole('cell', { name: 'expert_5', exact: true }).first().waitFor();
      await at.shoot('cfos-experts');
      const { groundTruth } = await at.ask<ProjectView>('project');
      expect(groundTruth).toEqual([...CFOS_NAMES]);
      const { experts, method } = await at.ask<GroundTruthView>('ground-truth');
      expect(method).toBe('staple');
      expect(experts.map(({ name }) => name)).toEqual([...CFOS_EXPERTS]);
      for (const { dice } of experts) expect(dice).toBeGreaterThan(0.5);
    },
    LONG,
  );

  test(
    'a network is trained with live curves, stopped and gone on with',
    async () => {
      const { page } = at;
      await steps.openTraining();
      // It would take for ever, so that it is at work whenever it is stopped.
      await steps.train('long', { ...TINY, scale: '4', steps: '1000000' });
      await page.getByRole('img', { name: 'Loss and Dice of network 1' }).scrollIntoViewIfNeeded();
      expect(await at.look('cfos-training')).toEqual([]);
      await steps.stop('long');
      await page.getByRole('button', { name: 'Go on' }).click();
      await steps.reaches('long', 'running');
      await steps.stop('long');
      // The form holds the other settings still.
      await steps.train('short', { steps: '3' });
      await steps.reaches('short', 'finished');
      await at.shoot('cfos-train');
    },
    LONG,
  );

  test(
    'images are predicted, one is corrected with the mouse, and networks are trained further and packed',
    async () => {
      const { page } = at;
      await steps.predict();
      await at.shoot('cfos-results');
      await page.getByRole('button', { name: /^0006/ }).click();
      await page.getByRole('button', { name: 'Correct', exact: true }).click();
      await page.getByRole('img', { name: '0006 with the drawing of expert_1' }).waitFor();
      const before = await steps.marked('expert_1', '0006');
      await steps.draw('expert_1', '0006');
      expect(await steps.marked('expert_1', '0006')).not.toBe(before);
      await at.shoot('cfos-correct');
      await steps.retrain();
      await at.shoot('cfos-retrained');
      await steps.pack();
      await at.shoot('cfos-export');
      const { runs, exports } = await at.ask<ProjectView>('project');
      expect(runs.map(({ name, state }) => `${name} ${state}`)).toEqual([
        ...['long interrupted', 'short finished', 'short-1 finished'],
      ]);
      expect(exports).toEqual(['short-1']);
      expect(at.faults).toEqual([]);
    },
    LONG,
  );
});
