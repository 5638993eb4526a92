/** The contact sheet of augmented tiles: one picture, and a page that says what its rows are. */
import { downscale, encodePng, type Image, overlayOutline } from '@deepflash/imaging';
import { writeFileAtomic } from '@deepflash/imaging/node';
import {
  describeSettings,
  type ExampleRow,
  type ExampleTile,
  type TileGeometry,
} from '@deepflash/segmentation';
import { type Html, html, page } from './page.js';
import { pngUri, shrunk, TRUTH_COLOUR } from './pictures.js';

/** The longest side of a tile in the picture, and the space between two, in pixels. */
const SIDE = 256;
const GAP = 4;

/** Writes the sheet as a PNG, a row for each kind of change and a column for each place, and the page beside it. */
export async function writeAugmentationSheet(
  files: { readonly picture: string; readonly page: string },
  rows: readonly ExampleRow[],
  tile: TileGeometry,
): Promise<void> {
  const windows = (rows[0]?.tiles ?? []).map(valueRange);
  const strips = rows.map((row) => ({
    row,
    strip: sideBySide(
      row.tiles.map((one, column) => tilePicture(one, tile, windows[column] ?? { low: 0, high: 1 })),
      'right',
    ),
  }));
  const sheet = sideBySide(
    strips.map(({ strip }) => strip),
    'down',
  );
  await writeFileAtomic(files.picture, encodePng(sheet));
  await writeFileAtomic(files.page, sheetPage(strips));
}

function sheetPage(strips: readonly { readonly row: ExampleRow; readonly strip: Image }[]): Uint8Array {
  const figures = (state: ExampleRow['state']): Html[] =>
    strips
      .filter(({ row }) => row.state === state)
      .map(
        ({ row, strip }) =>
          html`<article><h3>${TITLES[row.name] ?? row.shown}</h3><p>${explanation(row)}</p><img src="${pngUri(strip)}" alt="${row.name}" loading="lazy"></article>`,
      );
  return page('Augmented tiles', 'What the training sees of the same places, changed at random.', [
    html`<p>Each column is a place in one of the images, shown in the same range of grey throughout, with <span style="color:rgb(214,144,0)">the outlines of its mask</span>. A change that is shown alone is done to all tiles here; together they are done as often as in training. If a tile no longer looks like one that your microscope could have made, make that change weaker.</p>
<h2>With these settings</h2>`,
    ...figures('on'),
    html`<h2>Not in use</h2><p class="soft">At a usual strength, to choose from.</p>`,
    ...figures('off'),
  ]);
}

/** For one change what its setting does, for all together which these are. */
function explanation({ name, shown }: ExampleRow): Html {
  if (name === 'none') return html`Only normalised.`;
  if (name === 'all') return html`<code>${shown}</code>`;
  const help = describeSettings().find((setting) => setting.name === name)?.help ?? '';
  return html`${help.replace(/^Augmentation: (.)/, (_, first: string) => first.toUpperCase())}`;
}

const TITLES: Readonly<Record<string, string>> = {
  none: 'As they are',
  all: 'All together, as in training',
};

interface ValueRange {
  readonly low: number;
  readonly high: number;
}

/** The values to be shown black and white: all but the few lowest and highest. */
function valueRange({ image }: ExampleTile): ValueRange {
  const sorted = image.slice().sort();
  const at = (part: number): number => sorted[Math.floor(part * (sorted.length - 1))] ?? 0;
  return { low: at(0.005), high: at(0.998) };
}

/** One tile in a given range of values: three channels as colours, of others the mean, with the outlines of its mask. */
function tilePicture({ image, mask }: ExampleTile, tile: TileGeometry, { low, high }: ValueRange): Image {
  const pixels = tile.height * tile.width;
  const planes = image.length / pixels;
  const channels = planes === 3 ? 3 : 1;
  const averaged = planes / channels;
  const factor = high > low ? 255 / (high - low) : 0;
  const data = new Uint8ClampedArray(pixels * channels);
  for (let i = 0; i < pixels; i++) {
    for (let channel = 0; channel < channels; channel++) {
      let sum = 0;
      for (let k = 0; k < averaged; k++) sum += image[(channel + k) * pixels + i] as number;
      data[i * channels + channel] = (sum / averaged - low) * factor;
    }
  }
  const size = { width: tile.width, height: tile.height };
  const shown = downscale({ ...size, channels, dtype: 'uint8', data: new Uint8Array(data.buffer) }, SIDE);
  return overlayOutline(
    shown,
    shrunk({ ...size, data: mask }, { width: shown.width, height: shown.height }),
    TRUTH_COLOUR,
  );
}

/** Colour pictures of one size in a row or a column, with light gaps. */
function sideBySide(pictures: readonly Image[], direction: 'right' | 'down'): Image {
  const { width: w = 1, height: h = 1 } = pictures[0] ?? {};
  const [across, below] = direction === 'right' ? [pictures.length, 1] : [1, pictures.length];
  const width = across * w + (across - 1) * GAP;
  const height = below * h + (below - 1) * GAP;
  const data = new Uint8Array(3 * width * height).fill(255);
  for (const [index, picture] of pictures.entries()) {
    const left = direction === 'right' ? index * (w + GAP) : 0;
    const top = direction === 'right' ? 0 : index * (h + GAP);
    for (let y = 0; y < h; y++) {
      for (let i = 0; i < 3 * w; i++) {
        data[3 * ((top + y) * width + left) + i] = picture.data[3 * y * w + i] as number;
      }
    }
  }
  return { width, height, channels: 3, dtype: 'uint8', data };
}
