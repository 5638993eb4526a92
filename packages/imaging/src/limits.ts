import { ImageFileError, truncated } from './errors.js';

// Sizes come from the first bytes of a file, and damaged bytes can declare anything; memory is only taken
// once the file has shown that it can hold what it declares.

const MOST_SAMPLES = 2 ** 31;

/** Throws an ImageFileError when an image has more samples than one array can reasonably hold. */
export function checkSampleCount(file: string, width: number, height: number, channels: number): void {
  if (width * height * channels <= MOST_SAMPLES) return;
  throw new ImageFileError({
    file,
    problem: `declares ${width} x ${height} pixels of ${channels} samples, more than can be held in memory`,
    remedy:
      'crop or scale the image down, or, if it is smaller in truth, copy the file again from its source',
  });
}

/**
 * Throws an ImageFileError when `stored` bytes cannot unpack to `declared` bytes, given the most that the
 * compression can shrink data (`ratio` to one).
 */
export function checkPlausible(file: string, stored: number, declared: number, ratio: number): void {
  if (declared <= stored * ratio + 4096) return;
  throw truncated(file, `${declared} bytes of pixels are declared, ${stored} stored bytes cannot hold them`);
}
