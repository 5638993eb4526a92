/** All tools with the mouse in a real browser, on images that were dragged in; what is saved is read back. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodePng, encodeTiff, readImage } from '@deepflash/imaging';
import { type ProjectView, predictionFiles } from 'deepflash';
import { zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LONG, noBrowser, openStudioPage, type StudioPage } from '../testing/studio-page.ts';

if (noBrowser !== undefined) console.warn(`Skipped: ${noBrowser}.`);

const SIDE = 64;
type Place = readonly [x: number, y: number];

/** A bright square of 16 x 16 at 40, 8 on a dark ground. */
const square = (x: number, y: number): number => (x >= 40 && x < 56 && y >= 8 && y < 24 ? 200 : 10);
const grey = Uint8Array.from({ length: SIDE * SIDE }, (_, i) => square(i % SIDE, Math.floor(i / SIDE)));
const picture = encodePng({ width: SIDE, height: SIDE, channels: 1, dtype: 'uint8', data: grey });
/** Two channels of 16 bits: the square, and stripes. */
const twoChannels = encodeTiff({
  ...{ width: SIDE, height: SIDE, channels: 2, dtype: 'uint16' },
  data: Uint16Array.from({ length: 2 * SIDE * SIDE }, (_, i) =>
    i % 2 === 0 ? 200 * (grey[i >> 1] ?? 0) : ((i >> 1) % 8) * 100,
  ),
});

describe.skipIf(noBrowser !== undefined)('the drawing board', () => {
  let at: StudioPage;
  beforeAll(async () => {
    at = await openStudioPage('board');
    await at.page.goto(at.studio.address);
  }, LONG);
  afterAll(() => at?.close());

  /** A place of the screen for one of the image. */
  async function onScreen([x, y]: Place): Promise<Place> {
    const box = await at.page.locator('.picture canvas').boundingBox();
    if (box === null) throw new Error('The picture has no place.');
    const scale = (0.98 * Math.min(box.width, box.height)) / SIDE;
    return [box.x + box.width / 2 + scale * (x - SIDE / 2), box.y + box.height / 2 + scale * (y - SIDE / 2)];
  }

  async function draw(tool: string, ...places: readonly Place[]): Promise<void> {
    const { mouse } = at.page;
    await at.page.getByRole('button', { name: tool, exact: true }).click();
    for (const [index, place] of places.entries()) {
      await mouse.move(...(await onScreen(place)), { steps: index === 0 ? 1 : 4 });
      if (index === 0) await mouse.down();
    }
    await mouse.up();
  }

  async function click(tool: string, ...places: readonly Place[]): Promise<void> {
    for (const place of places) await draw(tool, place);
  }

  /** How many pixels have each value, once all is saved. */
  async function saved(
    kind: 'labels' | 'objects',
    expert: string,
    image = 'a',
  ): Promise<Record<number, number>> {
    await at.page.getByText('All is saved.').waitFor();
    const response = await fetch(`http://127.0.0.1:${at.studio.port}/api/${kind}/${expert}/${image}`, {
      headers: { Authorization: `Bearer ${at.studio.token}` },
    });
    const bytes = await response.arrayBuffer();
    const counts: Record<number, number> = {};
    for (const value of kind === 'labels' ? new Uint8Array(bytes) : new Uint32Array(bytes)) {
      if (value > 0) counts[value] = (counts[value] ?? 0) + 1;
    }
    return counts;
  }

  async function openBoard(expert: string, image: string): Promise<void> {
    await at.page.goto(`http://127.0.0.1:${at.studio.port}/annotate/${expert}/${image}`);
    await at.page.getByRole('img', { name: `${image} with the drawing of ${expert}` }).waitFor();
    await at.painted();
  }

  test(
    'files, folders and zips are dragged in',
    async () => {
      const { page } = at;
      const folder = join(mkdtempSync(join(tmpdir(), 'deepflash-')), 'brought');
      mkdirSync(join(folder, 'deeper'), { recursive: true });
      writeFileSync(join(folder, 'a.png'), picture);
      writeFileSync(join(folder, 'deeper', 'b.png'), picture);
      writeFileSync(join(folder, 'deeper', 'notes.txt'), 'no image');
      const zip = join(folder, '..', 'more.zip');
      writeFileSync(zip, zipSync({ 'two.tif': twoChannels }));
      await at.open('Images');
      const box = await page.getByRole('button', { name: 'Add images' }).boundingBox();
      if (box === null) throw new Error('The button has no place.');
      const devtools = await page.context().newCDPSession(page);
      const data = { items: [], files: [folder, zip], dragOperationsMask: 1 };
      const place = { x: box.x + 5, y: box.y + 5, data };
      for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
        await devtools.send('Input.dispatchDragEvent', { ...place, type });
      }
      await page.getByText('3 added, 1 not taken:').waitFor();
      await page.getByText('notes.txt is no image file such as .png, .tif or .jpg.').waitFor();
      const { images } = await at.ask<ProjectView>('project');
      expect(images.map(({ name }) => name)).toEqual(['a', 'b', 'two']);
    },
    LONG,
  );

  test(
    'what was just drawn is known to all pages, and the board stays as it is',
    async () => {
      const { page } = at;
      await at.open('Experts');
      await page.getByText('Nobody has drawn yet').waitFor();
      await at.open('Annotate');
      await page.getByRole('button', { name: 'Add an expert' }).click();
      await page.getByLabel('Name of the expert').fill('Ada');
      await page.getByRole('dialog').getByRole('button', { name: 'Add expert' }).click();
      await page.getByRole('img', { name: 'a with the drawing of Ada' }).waitFor();
      await page.getByRole('dialog').waitFor({ state: 'hidden' });
      await at.painted();
      await draw('Brush', [10, 10], [30, 10]);
      await page.getByText('annotated', { exact: true }).waitFor();
      await page.getByRole('button', { name: 'Undo' }).click();
      expect(await saved('labels', 'Ada')).toEqual({});
      await at.open('Experts');
      await page.getByRole('button', { name: 'Merge 1 image' }).waitFor();
    },
    LONG,
  );

  test(
    'after a click on a box or a choice keys mean what they meant before, and Space moves the picture',
    async () => {
      const { page } = at;
      await openBoard('Ada', 'b');
      const tool = (name: string) => page.getByRole('button', { name, exact: true, pressed: true });
      /** Where the brush would draw if it were not for Space. */
      const dragWithSpace = async (): Promise<void> => {
        await page.mouse.move(...(await onScreen([10, 10])));
        await page.keyboard.down('Space');
        await page.mouse.down();
        await page.mouse.move(...(await onScreen([30, 10])), { steps: 3 });
        await page.mouse.up();
        await page.keyboard.up('Space');
      };
      const box = page.getByLabel('By object');
      await box.check();
      await page.keyboard.press('e');
      await tool('Eraser').waitFor();
      await page.keyboard.press('b');
      await tool('Brush').waitFor();
      await dragWithSpace();
      expect(await box.isChecked()).toBe(true);
      await page.getByLabel('Expert', { exact: true }).and(page.locator('input')).click();
      await page.keyboard.press('Escape');
      await page.getByRole('option').first().waitFor({ state: 'hidden' });
      await dragWithSpace();
      expect(await page.getByRole('option').count()).toBe(0);
      expect(await saved('labels', 'Ada', 'b')).toEqual({});
      await page.keyboard.press('Control+z');
      await page.getByText('Outlines', { exact: true }).click();
      await page.keyboard.press('w');
      await tool('Magic wand').waitFor();
      // What is typed is no key.
      await page.getByLabel('Image', { exact: true }).and(page.locator('input')).fill('tw');
      await page.keyboard.press('e');
      await tool('Magic wand').waitFor();
      await page.keyboard.press('Escape');
    },
    LONG,
  );

  test(
    'regions of a class: outline, polygon, fill, split, wand, delete, and the way back',
    async () => {
      const { page } = at;
      await openBoard('Ada', 'a');
      // There is no fifth class to draw in.
      await page.keyboard.press('5');
      await draw('Outline', [4, 4], [20, 4], [20, 20], [4, 20], [4, 4]);
      const outlined = await saved('labels', 'Ada');
      expect(outlined[1]).toBeGreaterThan(240);
      expect(outlined[1]).toBeLessThan(275);
      await click('Outline', [4, 40], [20, 40], [20, 56], [4, 56]);
      await page.keyboard.press('Enter');
      const two = (await saved('labels', 'Ada'))[1] ?? 0;
      expect(Math.abs(two - 2 * (outlined[1] ?? 0))).toBeLessThan(16);
      await draw('Eraser', [12, 12]);
      expect((await saved('labels', 'Ada'))[1]).toBeLessThan(two - 80);
      await click('Fill', [12, 12]);
      expect(await saved('labels', 'Ada')).toEqual({ 1: two });
      await click('Fill', [60, 60]);
      await page.getByText('That is no hole').waitFor();
      await draw('Split object', [12, 36], [12, 60]);
      expect((await saved('labels', 'Ada'))[1]).toBeLessThan(two - 25);
      await page.getByRole('button', { name: 'Magic wand', exact: true }).click();
      await at.painted();
      await click('Magic wand', [48, 16]);
      const [before, wand] = [two, (await saved('labels', 'Ada'))[1] ?? 0];
      expect(wand - before).toBeGreaterThan(100);
      await click('Delete object', [6, 48]);
      expect((await saved('labels', 'Ada'))[1]).toBeLessThan(wand - 80);
      for (let i = 0; i < 3; i++) await page.keyboard.press('Control+z');
      expect(await saved('labels', 'Ada')).toEqual({ 1: two });
      for (let i = 0; i < 2; i++) await page.getByRole('button', { name: 'Redo' }).click();
      expect(await saved('labels', 'Ada')).toEqual({ 1: wand });
    },
    LONG,
  );

  test(
    'numbered objects: they touch, are cut, joined and gone on with',
    async () => {
      const { page } = at;
      await page.getByRole('button', { name: 'Classes and objects' }).click();
      await page.getByLabel('numbered one by one').check();
      await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
      await page.getByRole('dialog').waitFor({ state: 'hidden' });
      await page.evaluate(() => fetch('/api/experts', { method: 'POST', body: '{"name":"Ben"}' }));
      await openBoard('Ben', 'a');
      const [first, second, third] = [65_537, 65_538, 65_539] as const;
      await draw('Outline', [4, 4], [20, 4], [20, 20], [4, 20], [4, 4]);
      await draw('Outline', [12, 10], [36, 10], [36, 20], [12, 20], [12, 10]);
      // What begins on an object extends it.
      expect(Object.keys(await saved('objects', 'Ben'))).toEqual([`${first}`]);
      await page.keyboard.press('Control+z');
      await draw('Outline', [22, 4], [10, 30], [36, 30], [36, 4], [22, 4]);
      const touching = await saved('objects', 'Ben');
      expect(Object.keys(touching).map(Number)).toEqual([first, second]);
      await draw('Split object', [12, 1], [12, 22]);
      const split = await saved('objects', 'Ben');
      expect(Object.keys(split).map(Number)).toContain(third);
      expect(sum(split)).toBe(sum(touching));
      await draw('Merge objects', [6, 12], [18, 8], [30, 16]);
      expect(Object.values(await saved('objects', 'Ben'))[0]).toBe(sum(touching));
      await page.keyboard.press('Control+z');
      await click('Choose object', [30, 16]);
      await page.getByText('Goes on with object 2').waitFor();
      await draw('Brush', [10, 50], [50, 50]);
      expect((await saved('objects', 'Ben'))[second]).toBeGreaterThan((split[second] ?? 0) + 300);
      expect(await at.look('numbered')).toEqual([]);
      await page.keyboard.press('Escape');
      await page.getByText(/^\d objects$/).waitFor();
      // What is brought for the image that is open is there at once.
      await openBoard('Ben', 'two');
      await page.getByText(/^0 objects$/).waitFor();
      await page.getByRole('button', { name: 'Import drawings' }).click();
      const chooser = page.waitForEvent('filechooser');
      await page.getByRole('button', { name: 'Add drawings of Ben' }).click();
      const mask = Uint8Array.from(grey, (value) => (value === 200 ? 255 : 0));
      const buffer = encodePng({ width: SIDE, height: SIDE, channels: 1, dtype: 'uint8', data: mask });
      await (await chooser).setFiles({ name: 'two.png', mimeType: 'image/png', buffer: Buffer.from(buffer) });
      await page.getByText('1 added.').waitFor();
      await page.keyboard.press('Escape');
      await page.getByText(/^1 object$/).waitFor();
      // The page opens what is not drawn yet, and stays there.
      await page.goto(`http://127.0.0.1:${at.studio.port}/annotate/Ben`);
      await page.waitForURL(/\/annotate\/Ben\/b$/);
    },
    LONG,
  );

  test(
    'channels of 16 bits are shown, hidden and stretched; nothing went wrong',
    async () => {
      const { page } = at;
      await openBoard('Ben', 'two');
      await page.getByRole('button', { name: 'Channels and contrast' }).click();
      const before = await page.locator('.picture canvas').screenshot();
      await page.getByLabel('Channel 2', { exact: true }).uncheck();
      await page.getByLabel('Colour of Channel 1').fill('#ff0000');
      await page.getByLabel('White of Channel 1').press('Home');
      await at.painted();
      expect((await page.locator('.picture canvas').screenshot()).equals(before)).toBe(false);
      expect(await at.look('channels')).toEqual([]);
      expect(at.faults).toEqual([]);
    },
    LONG,
  );

  test(
    'a graphics card draws the same picture as the processor',
    async () => {
      const { page } = at;
      const other = await page.context().newPage();
      // What chromium imitates is taken for a graphics card.
      await other.addInitScript(() => {
        const { getParameter } = WebGL2RenderingContext.prototype;
        const DRIVER = 37446;
        WebGL2RenderingContext.prototype.getParameter = function (name) {
          return name === DRIVER ? 'a card' : getParameter.call(this, name);
        };
      });
      const pictures = [];
      for (const one of [page, other]) {
        await one.goto(`http://127.0.0.1:${at.studio.port}/annotate/Ben/two`);
        await one.getByRole('img', { name: 'two with the drawing of Ben' }).waitFor();
        await one.waitForFunction(() => document.querySelector('[aria-busy="true"]') === null);
        await one.evaluate(
          () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
        );
        const canvas = one.locator('.picture canvas');
        pictures.push({
          data: Array.from((await readImage(await canvas.screenshot(), 'canvas.png')).data),
          isCard: await canvas.evaluate(
            (element) => (element as HTMLCanvasElement).getContext('webgl2') !== null,
          ),
        });
      }
      const [processor, card] = pictures;
      expect([processor?.isCard, card?.isCard]).toEqual([false, true]);
      const samples = processor?.data ?? [];
      const apart = samples.filter((sample, i) => Math.abs(sample - (card?.data[i] ?? 0)) > 8).length;
      expect(apart / samples.length).toBeLessThan(0.01);
      await other.close();
    },
    LONG,
  );

  test(
    'a stroke ends with its tool, and waits, also when the board is left, until the studio answers',
    async () => {
      const { page } = at;
      await openBoard('Ben', 'b');
      const strokes = '**/api/objects/Ben/b?*';
      await page.route(strokes, (route) => route.abort());
      await page.mouse.move(...(await onScreen([10, 10])));
      await page.mouse.down();
      await page.mouse.move(...(await onScreen([30, 10])), { steps: 3 });
      await page.keyboard.press('e');
      await page.getByText('Not saved; trying again').waitFor();
      await page.mouse.up();
      await at.open('Images');
      await page.getByText('1 stroke not saved yet').waitFor();
      await page.goBack();
      await page.getByText('1 object', { exact: true }).waitFor();
      await page.unroute(strokes);
      expect((await saved('objects', 'Ben', 'b'))[65_537]).toBeGreaterThan(200);
      await page.getByText('1 stroke not saved yet').waitFor({ state: 'hidden' });
    },
    LONG,
  );

  test(
    'a prediction under way hides no older one, and what is drawn takes the place of the offer to start from it',
    async () => {
      const { page } = at;
      const first = predictionFiles(join(at.folder, 'predictions', 'first'));
      const size = { width: SIDE, height: SIDE, channels: 1 } as const;
      const nothing = new Uint16Array(SIDE * SIDE);
      for (const folder of [first.masks, first.instances, first.uncertainty]) {
        mkdirSync(folder, { recursive: true });
      }
      writeFileSync(first.mask('two'), encodePng({ ...size, dtype: 'uint8', data: grey.map(() => 0) }));
      writeFileSync(first.instancesOf('two'), encodeTiff({ ...size, dtype: 'uint16', data: nothing }));
      const doubt = Float32Array.from(nothing);
      writeFileSync(first.uncertaintyOf('two'), encodeTiff({ ...size, dtype: 'float32', data: doubt }));
      writeFileSync(
        first.results,
        'file,objects,expectedDice,expectedDiceLow,expectedDiceHigh,uncertainty,unlike,reasons\ntwo.tif,0,0.9,0.8,1,0.1,no,\n',
      );
      mkdirSync(join(at.folder, 'predictions', 'second'));
      await page.goto(`http://127.0.0.1:${at.studio.port}/results`);
      await page.getByRole('img', { name: 'two with its prediction' }).waitFor();
      const offer = page.getByRole('button', { name: 'Start from the prediction' });
      // Of an image that was not predicted there is nothing to start from.
      await openBoard('Ada', 'b');
      expect(await offer.count()).toBe(0);
      await openBoard('Ada', 'two');
      await offer.waitFor();
      await draw('Brush', [10, 10], [30, 10]);
      await page.getByText('annotated', { exact: true }).waitFor();
      expect(await offer.count()).toBe(0);
      await page.keyboard.press('Control+z');
      expect(await saved('objects', 'Ada', 'two')).toEqual({});
    },
    LONG,
  );
});

function sum(counts: Readonly<Record<number, number>>): number {
  return Object.values(counts).reduce((all, one) => all + one, 0);
}
