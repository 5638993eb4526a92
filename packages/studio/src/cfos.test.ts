/** Five experts on real images in a browser: their drawings are brought in a zip and merged. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { GroundTruthView, ProjectView } from 'deepflash';
import { zipSync } from 'fflate';
import { afterAll, describe, expect, test } from 'vitest';
import { LONG, noBrowser, openStudioPage, type StudioPage } from './testing/studio-page.ts';

const cfos = fileURLToPath(new URL('../../../../shared/data/cfos', import.meta.url));
const missing = noBrowser ?? (existsSync(cfos) ? undefined : `${cfos} is not there`);
if (missing !== undefined) console.warn(`Skipped: ${missing}.`);

const EXPERTS = ['expert_1', 'expert_2', 'expert_3', 'expert_4', 'expert_5'];

describe.skipIf(missing !== undefined)('real images', () => {
  let at: StudioPage | undefined;
  afterAll(() => at?.close());

  test(
    'two images of cFOS with five experts come in, and are merged by STAPLE',
    async () => {
      at = await openStudioPage('cfos');
      const { page } = at;
      await page.goto(at.studio.address);
      const names = ['0001', '0004'].filter((name) => existsSync(join(cfos, 'images', `${name}.png`)));
      await at.open('Images');
      await page
        .locator('input[type=file]')
        .first()
        .setInputFiles(names.map((name) => join(cfos, 'images', `${name}.png`)));
      await page.getByText(`${names.length} added.`).waitFor();
      const masks = EXPERTS.flatMap((expert) =>
        names.map((name) => {
          const file = `${name}_cFOS.png`;
          return [
            `${expert}/${file}`,
            new Uint8Array(readFileSync(join(cfos, 'experts', expert, file))),
          ] as const;
        }),
      );
      const zip = zipSync(Object.fromEntries(masks), { level: 0 });
      await page
        .locator('input[type=file]')
        .nth(1)
        .setInputFiles([{ name: 'experts.zip', mimeType: 'application/zip', buffer: Buffer.from(zip) }]);
      await page.getByText(`${masks.length} added.`).waitFor();
      expect(await at.look('cfos-images')).toEqual([]);
      await at.open('Experts');
      await page.getByRole('button', { name: /^Merge/ }).click();
      await page.getByRole('img', { name: /with the consensus and the drawings/ }).waitFor();
      await page.getByRole('cell', { name: 'expert_5', exact: true }).first().waitFor();
      expect(await at.look('cfos-experts')).toEqual([]);
      const { groundTruth } = await at.ask<ProjectView>('project');
      expect(groundTruth).toEqual(names);
      const { experts, method } = await at.ask<GroundTruthView>('ground-truth');
      expect(method).toBe('staple');
      expect(experts.map(({ name }) => name)).toEqual(EXPERTS);
      for (const { dice } of experts) expect(dice).toBeGreaterThan(0.5);
      expect(at.faults).toEqual([]);
    },
    LONG,
  );
});
