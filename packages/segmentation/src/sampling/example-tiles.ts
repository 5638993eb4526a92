/** Tiles as a training would see them, each change alone and all together, so that people can look at what they ask for. */
import { createRandom } from '@deepflash/engine';
import { type AugmentationSettings, DEFAULT_AUGMENTATION } from './augmentation.js';
import { drawAugmentation } from './draw-augmentation.js';
import { extractTile, type TileGeometry } from './extract-tile.js';
import type { ClassMask, Planes } from './planes.js';
import type { ChannelStatistics } from './statistics.js';
import { tileSampler } from './tile-sampler.js';

/** The same places under one kind of change. */
export interface ExampleRow {
  /** The setting that is shown; `none` or `all` of those that are on. */
  readonly name: string;
  /** A change that the settings leave out is shown as well, at a usual strength. */
  readonly state: 'on' | 'off';
  /** The settings of what is shown, as `--set` takes them. */
  readonly shown: string;
  readonly tiles: readonly ExampleTile[];
}

export interface ExampleTile {
  /** Normalised values, [C, height, width]. */
  readonly image: Float32Array;
  /** Classes, [height, width]. */
  readonly mask: Uint8Array;
}

export interface ExampleOptions {
  readonly images: readonly {
    readonly planes: Planes;
    readonly mask: ClassMask;
    /** Of an image that is normalised by itself. Default: those of all images. */
    readonly statistics?: ChannelStatistics;
  }[];
  /** Of all images. */
  readonly statistics: ChannelStatistics;
  readonly tile: TileGeometry;
  readonly settings: AugmentationSettings;
  readonly seed: number;
  /** How many places are shown. */
  readonly columns: number;
}

/** A change that is shown alone is done to all tiles; together, to so many as in training. */
export function exampleTiles({ images, settings, seed, columns, ...rest }: ExampleOptions): ExampleRow[] {
  const sampler = tileSampler(images.map(({ mask }) => mask));
  const places = Array.from({ length: columns }, (_, place) =>
    sampler.draw(createRandom(seed, 'examples', place)),
  );
  const channels = images[0]?.planes.channels ?? 1;
  const rows = rowsOf(settings).filter(({ name }) => channels > 1 || name !== 'channelDrop');
  return rows.map(({ changes, ...row }) => ({
    ...row,
    tiles: places.flatMap(({ image, ...centre }, place) => {
      const source = images[image];
      return source ? [exampleTile({ ...rest, ...source, settings: changes, seed, place, centre })] : [];
    }),
  }));
}

interface TileToShow extends Omit<ExampleOptions, 'images' | 'columns'> {
  readonly planes: Planes;
  readonly mask: ClassMask;
  readonly centre: { readonly row: number; readonly column: number };
  /** Number of the place. */
  readonly place: number;
}

function exampleTile({ planes, mask, centre, settings, tile, statistics, seed, place }: TileToShow) {
  const sources = {
    common: createRandom(seed, 'examples', place, 'common'),
    of: (change: string) => createRandom(seed, 'examples', place, change),
  };
  const pixels = tile.height * tile.width;
  const out = { image: new Float32Array(planes.channels * pixels), mask: new Uint8Array(pixels) };
  const changes = drawAugmentation(sources, settings, planes.channels);
  extractTile(planes, mask, centre, changes, tile, statistics, { ...out, imageOffset: 0, maskOffset: 0 });
  return out;
}

/** Each change with the settings that belong to it and a usual strength. */
const CHANGES = {
  flips: { flips: true },
  rotation: { rotation: 360 },
  zoom: { zoom: [0.7, 1.4] },
  elastic: { elastic: 0.25 },
  gridDistortion: { gridDistortion: 0.3 },
  gamma: { gamma: [0.6, 1.6] },
  brightness: { brightness: 0.05 },
  contrast: { contrast: 0.3 },
  clahe: { clahe: 4 },
  blur: { blur: 2 },
  illumination: { illumination: 0.5 },
  noise: { noise: 0.3 },
  channelDrop: { channelDrop: 1 },
} as const satisfies Readonly<Record<string, Partial<AugmentationSettings>>>;

const OFF: AugmentationSettings = {
  ...DEFAULT_AUGMENTATION,
  flips: false,
  rotation: 0,
  zoom: [1, 1],
  elastic: 0,
  gridDistortion: 0,
  gamma: [1, 1],
  brightness: 0,
  contrast: 0,
  clahe: 0,
  blur: 0,
  illumination: 0,
  noise: 0,
  channelDrop: 0,
};

function rowsOf(settings: AugmentationSettings) {
  const names = Object.keys(CHANGES) as (keyof typeof CHANGES)[];
  const isOn = (name: (typeof names)[number]): boolean =>
    `${settings[name]}` !== `${OFF[name]}` && settings[`${name}Probability`] > 0;
  const alone = names.map((name) => {
    const state = isOn(name) ? ('on' as const) : ('off' as const);
    const value = state === 'on' ? { [name]: settings[name] } : CHANGES[name];
    const changes: AugmentationSettings = {
      ...OFF,
      elasticSpacing: settings.elasticSpacing,
      gridDistortionCells: settings.gridDistortionCells,
      ...value,
      [`${name}Probability`]: name === 'flips' ? 0.5 : 1,
    };
    return { name: name as string, state, shown: `${name}=${changes[name]}`, changes };
  });
  const on = alone.filter(({ state }) => state === 'on');
  const together = on.map(({ shown }) => shown).join(' ');
  return [
    { name: 'none', state: 'on' as const, shown: 'as it is', changes: OFF },
    { name: 'all', state: 'on' as const, shown: together || 'nothing', changes: settings },
    ...on,
    ...alone.filter(({ state }) => state === 'off'),
  ];
}
