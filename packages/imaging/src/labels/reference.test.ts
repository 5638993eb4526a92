import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { crc32 } from '../crc32.js';
import type { Image } from '../image.js';
import { readImageFile } from '../node.js';
import { withoutBorder, withoutHoles, withoutSmall } from './clean.js';
import { connectedComponents, type LabelImage } from './connected-components.js';
import { type Mask, squaredDistances } from './distance-transform.js';
import { type Measurements, measureObjects } from './measure.js';
import { prominentPeaks } from './peaks.js';
import { renumbered } from './renumber.js';
import { watershed } from './watershed.js';

/** What `fixtures/labels/make_labels.py` computes of label images; checksums are those of uint32 numbers. */
interface Account {
  readonly squares: number;
  readonly components: number;
  readonly peaks: number;
  readonly markers: number;
  readonly watershed: { readonly '4': number; readonly '8': number };
  readonly holesFilled: number;
  readonly atLeast50: number;
  readonly withoutBorder: number;
  readonly measurements: readonly (readonly number[])[];
}

interface Scene extends Account {
  readonly width: number;
  readonly height: number;
  /** Value, length, value, length … */
  readonly labels: readonly number[];
}

const answers: { depth: number; scene: Scene; nuclei: Record<string, Account> } = JSON.parse(
  readFileSync(new URL('../../fixtures/labels/labels.json', import.meta.url), 'utf8'),
);

describe('the drawn scene, as SciPy and scikit-image see it', () => {
  const { width, height, labels: runs } = answers.scene;
  const values = Uint32Array.from(
    runs.flatMap((value, i) => (i % 2 === 0 ? Array<number>(runs[i + 1] ?? 0).fill(value) : [])),
  );
  const picture: Image = {
    width,
    height,
    channels: 2,
    dtype: 'uint16',
    data: Uint16Array.from({ length: 2 * width * height }, (_, i) => ((i >> 1) * 37 + (i & 1) * 501) % 1000),
  };
  compare(answers.scene, async () => ({ labels: labelsOf({ width, height, data: values }), picture }));
});

const nuclei = new URL('../../../../../shared/data/nuclei/', import.meta.url);
describe.skipIf(!existsSync(nuclei))('nuclei (skipped without the shared data folder)', () => {
  for (const [file, account] of Object.entries(answers.nuclei)) {
    describe(file, () => {
      compare(account, async () => ({
        labels: labelsOf(await readImageFile(new URL(`labels/${file}`, nuclei).pathname)),
        picture: await readImageFile(new URL(`images/${file}`, nuclei).pathname),
      }));
    });
  }
});

interface Objects {
  readonly labels: LabelImage;
  readonly picture: Image;
}

function compare(account: Account, read: () => Promise<Objects>): void {
  it('distances', async () => {
    const { labels } = await read();
    expect(checksum(squaredDistances(maskOf(labels)))).toBe(account.squares);
  });

  it('peaks and the basins around them', async () => {
    const mask = maskOf((await read()).labels);
    const { width, height } = mask;
    const squares = squaredDistances(mask);
    const markers = prominentPeaks({ width, height, squares, prominence: answers.depth });
    expect(markers.count).toBe(account.peaks);
    expect(checksum(markers.data)).toBe(account.markers);
    // All heights are different, so that there is one answer alone.
    const surface = new Uint32Array(squares.length);
    [...squares.keys()]
      .sort((a, b) => (squares[b] as number) - (squares[a] as number) || a - b)
      .forEach((pixel, rank) => {
        surface[pixel] = rank;
      });
    for (const connectivity of [4, 8] as const) {
      const basins = renumbered(watershed({ surface, markers, mask, connectivity }), () => true);
      expect(checksum(basins.data)).toBe(account.watershed[connectivity]);
    }
  });

  it('components, holes, small objects and the border', async () => {
    const { labels } = await read();
    const mask = maskOf(labels);
    const components = connectedComponents(mask, 8);
    expect(checksum(components.data)).toBe(account.components);
    expect(checksum(withoutHoles(mask).data)).toBe(account.holesFilled);
    expect(checksum(withoutSmall(components, 50).data)).toBe(account.atLeast50);
    expect(checksum(withoutBorder(labels).data)).toBe(account.withoutBorder);
  });

  it('measurements', async () => {
    const { labels, picture } = await read();
    const rows = measureObjects(labels, picture).map(rowOf);
    expect(rows.length).toBe(account.measurements.length);
    rows.forEach((row, object) => {
      const expected = account.measurements[object] ?? [];
      row.forEach((value, column) => {
        // The ellipse of a round object points nowhere.
        if (column === ORIENTATION && expected[ECCENTRICITY] === 0) return;
        const difference = Math.abs(value - (expected[column] ?? Number.NaN));
        expect(difference, `${object + 1}, ${column}`).toBeLessThan(1e-5);
      });
    });
  });
}

const ECCENTRICITY = 12;
const ORIENTATION = 13;

/** In the order of the fixture. */
function rowOf(one: Measurements): number[] {
  const { x, y, width, height } = one.box;
  return [
    one.area,
    one.centroid.x,
    one.centroid.y,
    y,
    x,
    y + height,
    x + width,
    one.perimeter,
    one.feretMax,
    one.feretMin,
    one.majorAxis,
    one.minorAxis,
    one.eccentricity,
    one.orientation,
    one.solidity,
    ...one.intensities.flatMap(({ mean, sum, max }) => [mean, sum, max]),
  ];
}

function labelsOf({ width, height, data }: Pick<Image, 'width' | 'height' | 'data'>): LabelImage {
  const numbers = Uint32Array.from(data);
  const count = numbers.reduce((a, b) => Math.max(a, b), 0);
  return renumbered({ width, height, count, data: numbers }, () => true);
}

function maskOf({ width, height, data }: LabelImage): Mask {
  return { width, height, data: Uint8Array.from(data, (label) => (label === 0 ? 0 : 1)) };
}

function checksum(values: Uint8Array | Uint32Array): number {
  return crc32(new Uint8Array(Uint32Array.from(values).buffer));
}
