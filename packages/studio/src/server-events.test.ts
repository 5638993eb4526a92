/** Several tabs of one browser, and a studio that comes and goes. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodePng, type Image } from '@deepflash/imaging';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Steps, stepsOn } from './testing/steps.ts';
import { LONG, noBrowser, openStudioPage, type StudioPage } from './testing/studio-page.ts';

if (noBrowser !== undefined) console.warn(`Skipped: ${noBrowser}.`);

/** More than a browser has connections for. */
const TABS = 8;

const grey: Image = {
  ...{ width: 64, height: 64, channels: 1, dtype: 'uint8', data: new Uint8Array(64 * 64).fill(90) },
};

describe.skipIf(noBrowser !== undefined)('pages that follow the studio', () => {
  let at: StudioPage;
  let steps: Steps;
  /** Streams that were asked for. */
  let streams = 0;
  beforeAll(async () => {
    at = await openStudioPage('followed');
    steps = stepsOn(at);
    at.page.context().on('request', (request) => {
      if (request.url().endsWith('/api/events')) streams += 1;
    });
    await at.page.goto(at.studio.address);
  }, LONG);
  afterAll(() => at?.close());

  function addExpert(name: string): Promise<unknown> {
    return fetch(`http://127.0.0.1:${at.studio.port}/api/experts`, {
      ...{ method: 'POST', body: JSON.stringify({ name }) },
      headers: { Authorization: `Bearer ${at.studio.token}` },
    });
  }

  test(
    'many tabs share one stream, hear what it tells, and one of them goes on with it when its tab is closed',
    async () => {
      await expect.poll(() => streams, { timeout: 60_000 }).toBe(1);
      const tabs = [];
      for (let i = 0; i < TABS; i++) {
        const tab = await at.page.context().newPage();
        await tab.goto(`http://127.0.0.1:${at.studio.port}/`);
        await tab.getByText('by 0 experts').waitFor();
        tabs.push(tab);
      }
      expect(streams).toBe(1);
      await addExpert('Ada');
      for (const tab of [at.page, ...tabs]) await tab.getByText('by 1 expert').waitFor();
      await at.page.goto('about:blank');
      await expect.poll(() => streams, { timeout: 60_000 }).toBe(2);
      await addExpert('Ben');
      for (const tab of tabs) await tab.getByText('by 2 experts').waitFor();
      for (const tab of tabs) await tab.close();
    },
    LONG,
  );

  test(
    'while the studio is gone pages say so; when it is there again strokes are saved, and they show what became of the rest',
    async () => {
      const { page } = at;
      await page.goto(`http://127.0.0.1:${at.studio.port}/images`);
      await steps.bring([{ name: 'a.png', bytes: encodePng(grey) }]);
      await page.getByText('1 added.').waitFor();
      await steps.draw('Ada', 'a');
      const before = await steps.marked('Ada', 'a');
      const alert = page.getByRole('alert').filter({ hasText: 'The studio does not answer' });
      await at.restart(async () => {
        await alert.waitFor();
        const box = await page.getByRole('img', { name: 'a with the drawing of Ada' }).boundingBox();
        if (box === null) throw new Error('The picture has no place.');
        const [x, y] = [box.x + box.width / 2, box.y + box.height / 2 + 60];
        await page.mouse.move(x - 60, y);
        await page.mouse.down();
        await page.mouse.move(x + 60, y, { steps: 12 });
        await page.mouse.up();
        await page.getByText('1 stroke not saved yet').waitFor();
        expect(await at.look('gone')).toEqual([]);
        const job = {
          id: 'one',
          kind: 'predict',
          target: 'first',
          args: [],
          state: 'interrupted',
          pid: null,
        };
        const times = { created: '', started: '', ended: '', message: null };
        mkdirSync(join(at.folder, 'runs', 'damaged'));
        writeFileSync(join(at.folder, 'runs', 'damaged', 'config.json'), '{');
        writeFileSync(join(at.folder, 'jobs', 'one.json'), JSON.stringify({ ...job, ...times }));
      });
      await alert.waitFor({ state: 'hidden' });
      await page.getByText('All is saved.').waitFor();
      expect(await steps.marked('Ada', 'a')).toBeGreaterThan(before);
      await at.open('Overview');
      await page.getByText('It was cut off before its end.').waitFor();
      expect(await at.look('cut-off')).toEqual([]);
      await at.open('Train');
      await page.getByRole('row', { name: /^damaged cannot be read/ }).waitFor();
      expect(await at.look('damaged')).toEqual([]);
    },
    LONG,
  );
});
