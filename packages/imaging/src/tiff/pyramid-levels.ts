import { checkImage, type Image, newSamples, type SampleType } from '../image.js';
import { halved, type Reduction } from './halve.js';

// How a picture becomes smaller and smaller while its tiles come. A level keeps one row of its tiles in memory, which
// the level above fills with its halved tiles; when the row is full, its tiles fill the row of the next level.

export interface PyramidShape {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly dtype: SampleType;
  /** Width and height of a tile, even. */
  readonly tileSize: number;
  readonly reduction: Reduction;
}

/** One resolution of a picture, 0 the full one, in columns and rows of tiles. */
export interface Level {
  readonly index: number;
  readonly width: number;
  readonly height: number;
  readonly columns: number;
  readonly rows: number;
}

export interface PyramidLevels {
  /** From the full picture down to a single tile. */
  readonly levels: readonly [Level, ...Level[]];
  /** How many tiles of the full picture are to come. */
  missing(): number;
  /**
   * Takes a tile of the full picture: [height, width, channels]. Throws a RangeError for one that does not fit or comes
   * twice or too late.
   */
  add(column: number, row: number, tile: Image): Promise<void>;
}

/** Is given each tile of each level, one at a time. `place` counts the tiles of a level row by row. */
export type TakeTile = (level: Level, place: number, tile: Image) => Promise<void>;

export function pyramidLevels(shape: PyramidShape, take: TakeTile): PyramidLevels {
  const { tileSize, reduction } = shape;
  const levels = levelsOf(shape);
  const [full] = levels;

  const accept = async (level: LevelInWork, column: number, row: number, tile: Image): Promise<void> => {
    const place = row * level.columns + column;
    await take(level, place, tile);
    level.taken[place] = 1;
    level.left[row] = (level.left[row] ?? 0) - 1;
    const next = levels[level.index + 1];
    if (next === undefined) return;
    const strip = next.strip ?? emptyStrip(next, row >> 1, shape);
    next.strip = strip;
    paste(strip, halved(tile, reduction), (column * tileSize) / 2, ((row & 1) * tileSize) / 2);
    const last = row === level.rows - 1;
    if (level.left[row] !== 0 || !((row & 1) === 1 || last)) return;
    for (let c = 0; c < next.columns; c++) {
      await accept(next, c, row >> 1, cut(strip, c * tileSize, tileSize));
    }
    next.strip = undefined;
  };

  return {
    levels,
    missing: () => full.left.reduce((sum, left) => sum + left, 0),
    async add(column, row, tile) {
      checkTile(shape, full, column, row, tile);
      await accept(full, column, row, tile);
    },
  };
}

/** How many tiles all levels have together. */
export function tilesOf(shape: Pick<PyramidShape, 'width' | 'height' | 'tileSize'>): number {
  return levelsOf(shape).reduce((sum, { columns, rows }) => sum + columns * rows, 0);
}

interface LevelInWork extends Level {
  /** 1 for each tile that came. */
  readonly taken: Uint8Array;
  /** How many tiles of each row are to come. */
  readonly left: number[];
  /** The row of tiles that is being filled by the level above. */
  strip: Image | undefined;
}

function levelsOf({
  width,
  height,
  tileSize,
}: Pick<PyramidShape, 'width' | 'height' | 'tileSize'>): [LevelInWork, ...LevelInWork[]] {
  const level = (index: number, w: number, h: number): LevelInWork => {
    const [columns, rows] = [Math.ceil(w / tileSize), Math.ceil(h / tileSize)];
    return {
      ...{ index, width: w, height: h, columns, rows, strip: undefined },
      taken: new Uint8Array(columns * rows),
      left: new Array<number>(rows).fill(columns),
    };
  };
  const levels: [LevelInWork, ...LevelInWork[]] = [level(0, width, height)];
  for (let last = levels[0]; last.columns * last.rows > 1; ) {
    last = level(levels.length, Math.ceil(last.width / 2), Math.ceil(last.height / 2));
    levels.push(last);
  }
  return levels;
}

function checkTile(
  { dtype, channels, tileSize }: PyramidShape,
  level: LevelInWork,
  column: number,
  row: number,
  tile: Image,
): void {
  checkImage(tile);
  const width = Math.min(tileSize, level.width - column * tileSize);
  const height = Math.min(tileSize, level.height - row * tileSize);
  const fits = tile.width === width && tile.height === height;
  if (!fits || tile.channels !== channels || tile.dtype !== dtype || column < 0 || row < 0) {
    throw new RangeError(
      `The tile in column ${column} and row ${row} must be ${width} x ${height} x ${channels} ${dtype}, ` +
        `not ${tile.width} x ${tile.height} x ${tile.channels} ${tile.dtype}.`,
    );
  }
  if (level.taken[row * level.columns + column] === 1) {
    throw new RangeError(`The tile in column ${column} and row ${row} was written before.`);
  }
  if (row > 0 && level.left[row - 1] !== 0) {
    throw new RangeError(`A tile of row ${row} was given before row ${row - 1} was complete.`);
  }
}

function emptyStrip(level: Level, row: number, { dtype, channels, tileSize }: PyramidShape): Image {
  const height = Math.min(tileSize, level.height - row * tileSize);
  const data = newSamples(dtype, level.width * height * channels);
  return { width: level.width, height, channels, dtype, data };
}

function paste(strip: Image, tile: Image, x: number, y: number): void {
  const length = tile.width * tile.channels;
  for (let row = 0; row < tile.height; row++) {
    const from = tile.data.subarray(row * length, (row + 1) * length);
    strip.data.set(from, ((y + row) * strip.width + x) * strip.channels);
  }
}

function cut(strip: Image, x: number, tileSize: number): Image {
  const width = Math.min(tileSize, strip.width - x);
  const data = newSamples(strip.dtype, width * strip.height * strip.channels);
  for (let row = 0; row < strip.height; row++) {
    const from = (row * strip.width + x) * strip.channels;
    data.set(strip.data.subarray(from, from + width * strip.channels), row * width * strip.channels);
  }
  return { ...strip, width, data };
}
