import { type Image, sampleTypeOf } from '../image.js';
import type { ByteSource } from '../source/byte-source.js';
import { blockCache } from './block-cache.js';
import { openTiff, textOf } from './directory.js';
import { readPage } from './page.js';
import { interpret, meaningOf } from './photometric.js';
import { readPlanes } from './planes.js';

/** Reads the first page of a TIFF file, whatever its other pages are; see `readImage` for what becomes of its samples. */
export async function readFirstPage(source: ByteSource): Promise<Image> {
  const tiff = await openTiff(source);
  const page = await readPage(tiff, tiff.first);
  const { width, height } = page.layout;
  const meaning = meaningOf(page.layout, tiff.name);
  // ImageJ and OME store in the palette how to show a channel; its samples are the measurement.
  const description = (await textOf(tiff, page.directory, 270)) ?? '';
  const colours = meaning.kind === 'palette' && !/^ImageJ=|<OME[\s>]/.test(description);
  const samples = colours ? [0] : meaning.channels;
  const planes = samples.map((sample) => ({ page, sample, shift: 0 }));
  const window = { x: 0, y: 0, width, height };
  const data = await interpret(
    await readPlanes(planes, window, blockCache(0)),
    page,
    colours ? [0, 1, 2] : null,
  );
  return { width, height, channels: colours ? 3 : samples.length, dtype: sampleTypeOf(data), data };
}
