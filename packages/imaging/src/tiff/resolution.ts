import { calibrationOf } from '../metadata/units.js';
import type { ImageInfo } from '../source/image-source.js';
import { numberOf } from './directory.js';
import type { TiffPage } from './page.js';

/** Micrometres in an inch and in a centimetre, by the number of the ResolutionUnit tag. */
const MICROMETRES: Readonly<Record<number, number>> = { 2: 25_400, 3: 10_000 };

/** Pixels that are coarser than this many micrometres come from printing or scanning resolutions. */
const COARSEST = 10;

/** The pixels per unit of XResolution and YResolution, NaN where they are missing. */
export async function pixelsPerUnit({ tiff, directory }: TiffPage): Promise<{ x: number; y: number }> {
  const x = (await numberOf(tiff, directory, 282)) ?? Number.NaN;
  return { x, y: (await numberOf(tiff, directory, 283)) ?? x };
}

/**
 * The pixel size that a page's resolution tags give, in micrometres. Most programs fill them with what suits a
 * printer (72 or 300 dots per inch); those are passed over.
 */
export async function resolutionOf(page: TiffPage): Promise<Pick<ImageInfo, 'pixelSize' | 'unit'>> {
  const micrometres = MICROMETRES[(await numberOf(page.tiff, page.directory, 296)) ?? 2];
  const { x, y } = await pixelsPerUnit(page);
  const none = { pixelSize: null, unit: null };
  if (micrometres === undefined || !(micrometres / x <= COARSEST)) return none;
  const axis = (size: number) => ({ size, unit: 'µm' });
  const calibration = calibrationOf(axis(micrometres / x), axis(micrometres / y), {
    size: undefined,
    unit: undefined,
  });
  return calibration ?? none;
}
