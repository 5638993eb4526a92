import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { openImageFile } from '../node.js';

it.each([
  ['two-images.ome.tif', { slices: 1, channels: 1, others: 1 }],
  ['other-pages.tif', { slices: 2, channels: 1, others: 2 }],
])('counts the pictures of %s that are not read', async (name, wanted) => {
  const source = await openImageFile(
    fileURLToPath(new URL(`../../fixtures/others/${name}`, import.meta.url)),
  );
  const { channels, ...info } = source.info;
  expect({ ...info, channels: channels.length }).toMatchObject({ width: 5, height: 4, ...wanted });
  await source.close();
});
