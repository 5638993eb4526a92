/** From samples, classes and uncertainty to pictures for a canvas. */
import { classColour } from '@deepflash/studio/colours';
import type { Shown } from '../work/messages.ts';

interface Size {
  readonly width: number;
  readonly height: number;
}

/** An image of 8 bits as it is, grey or in colours. */
export function imagePicture({ width, height, channels, data }: Shown): ImageData {
  const picture = new ImageData(width, height);
  for (let pixel = 0; pixel < width * height; pixel++) {
    for (let c = 0; c < 3; c++) {
      picture.data[4 * pixel + c] = data[pixel * channels + Math.min(c, channels - 1)] as number;
    }
    picture.data[4 * pixel + 3] = 255;
  }
  return picture;
}

/** Classes in their colours; the background is clear. */
export function classPicture({ width, height }: Size, classes: Uint8Array): ImageData {
  const picture = new ImageData(width, height);
  for (const [pixel, value] of classes.entries()) {
    if (value > 0) picture.data.set([...classColour(value), 255], 4 * pixel);
  }
  return picture;
}

/** Uncertainty from 0, clear, to 1, bright. */
export function heatPicture({ width, height }: Size, uncertainty: Float32Array): ImageData {
  const picture = new ImageData(width, height);
  for (const [pixel, value] of uncertainty.entries()) {
    const part = Math.min(1, Math.max(0, value));
    const green = 255 * Math.max(0, 2 * part - 0.6);
    picture.data.set([255, green, 120 * part ** 3, 255 * Math.min(1, 1.6 * part)], 4 * pixel);
  }
  return picture;
}
