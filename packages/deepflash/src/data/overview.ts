import { type Image, type ImageSource, newSamples } from '@deepflash/imaging';

/** Rows that are in memory at a time. */
const STRIP = 512;

/**
 * A smaller copy of a picture, whatever its size: the largest of its resolutions of at most `side` pixels, or, where the
 * file has none, every n-th pixel of the smallest. Throws as `readRegion`.
 */
export async function readOverview(source: ImageSource, side: number): Promise<Image> {
  const { levels } = source.info;
  const found = levels.findIndex(({ width, height }) => Math.max(width, height) <= side);
  const level = found < 0 ? levels.length - 1 : found;
  const { width, height } = levels[level] ?? source.info;
  const step = Math.ceil(Math.max(width, height) / side);
  if (step === 1) return source.readRegion({ level, x: 0, y: 0, width, height });
  const strips: Image[] = [];
  for (let y = 0; y < height; y += STRIP) {
    const strip = await source.readRegion({ level, x: 0, y, width, height: Math.min(STRIP, height - y) });
    const first = Math.ceil(y / step) * step - y;
    if (first < strip.height) strips.push(everyNth(strip, step, first));
  }
  return joined(strips);
}

/** Every n-th pixel of every n-th row from `first`. */
function everyNth({ width, height, channels, dtype, data }: Image, step: number, first: number): Image {
  const [columns, rows] = [Math.ceil(width / step), Math.ceil((height - first) / step)];
  const some = newSamples(dtype, columns * rows * channels);
  for (let row = 0, to = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const from = ((first + row * step) * width + column * step) * channels;
      for (let c = 0; c < channels; c++) some[to++] = data[from + c] as number;
    }
  }
  return { width: columns, height: rows, channels, dtype, data: some };
}

/** Strips, the topmost first, as one image. Where their types differ, by what each happens to hold, as float32. */
function joined(strips: readonly Image[]): Image {
  const [top] = strips;
  if (top === undefined) throw new RangeError('A picture has at least one row.');
  const { width, channels } = top;
  const dtype = strips.every((strip) => strip.dtype === top.dtype) ? top.dtype : 'float32';
  const height = strips.reduce((sum, strip) => sum + strip.height, 0);
  const data = newSamples(dtype, width * height * channels);
  let at = 0;
  for (const strip of strips) {
    data.set(strip.data, at);
    at += strip.data.length;
  }
  return { width, height, channels, dtype, data };
}
