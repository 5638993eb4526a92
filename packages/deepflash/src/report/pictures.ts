import { downscale, encodePng, heatmap, type Image, overlayOutline, toDisplay } from '@deepflash/imaging';
import { IGNORED, isIgnored } from '@deepflash/segmentation';

/** The longer side of a picture in a report, in pixels: large enough to judge, small enough for many. */
const SIDE = 400;

/** At most so many images are shown with pictures; tables list all. */
export const MOST_PICTURED = 48;

/** The colours of outlines, red, green and blue: told apart also by people who see red and green alike. */
export const TRUTH_COLOUR = [255, 176, 0] as const;
const PREDICTION_COLOUR = [0, 220, 255] as const;

/** A mask in a picture: nonzero pixels are foreground. */
export interface Regions {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** The image as people see it, with the outlines of what was marked and what was predicted. */
export function overlayUri(
  image: Image,
  outlines: { readonly truth?: Regions; readonly prediction?: Regions },
): string {
  const shown = toDisplay(downscale(image, SIDE));
  const size = { width: shown.width, height: shown.height };
  const marked = outlines.truth ? overlayOutline(shown, shrunk(outlines.truth, size), TRUTH_COLOUR) : shown;
  return pngUri(
    outlines.prediction
      ? overlayOutline(marked, shrunk(outlines.prediction, size), PREDICTION_COLOUR)
      : marked,
  );
}

/** The uncertainty of each pixel as a heat map from 0 (dark) to 1 (bright). */
export function uncertaintyUri(uncertainty: Image): string {
  const { data, width, height } = downscale(uncertainty, SIDE);
  return pngUri(heatmap(data, width, height, { min: 0, max: 1 }));
}

/** A mask as white on black; several classes in as many greys, what is left out in dark grey. */
export function maskUri(mask: Regions, classes: number): string {
  return pngUri(maskPicture(mask, classes, SIDE));
}

/** What the greys of such a picture mean, where there are several classes. */
export function greysInWords(classes: number): string {
  if (classes === 2) return '';
  return ` Masks: the class 0 is black, and the brighter the grey, the higher the class, to ${classes - 1}, which is white.`;
}

/** The same as a picture. @param side the longer one, in pixels, of those that are larger */
export function maskPicture(mask: Regions, classes: number, side: number): Image {
  const size = reduced(mask, side);
  const { data } = shrunk(mask, size);
  const greys = data.map((value) =>
    isIgnored(value, classes) ? 64 : Math.round((value * 255) / Math.max(1, classes - 1)),
  );
  return { ...size, channels: 1, dtype: 'uint8', data: greys };
}

/** The size of a picture of a mask; a line stays one. */
function reduced({ width, height }: Regions, side: number) {
  const factor = Math.max(1, Math.max(width, height) / side);
  const shorter = (length: number): number => Math.max(1, Math.round(length / factor));
  return { width: shorter(width), height: shorter(height) };
}

/**
 * Where a prediction differs from a mask: grey where both have the same class, the mask's colour where something was
 * missed, the prediction's where something was found that is not there, and magenta where the class is another.
 */
export function differenceUri(truth: Regions, prediction: Regions): string {
  const size = reduced(truth, SIDE);
  const [wanted, found] = [shrunk(truth, size).data, shrunk(prediction, size).data];
  const data = new Uint8Array(3 * wanted.length);
  wanted.forEach((value, pixel) => {
    data.set(differenceColour(value, found[pixel] ?? 0), 3 * pixel);
  });
  return pngUri({ ...size, channels: 3, dtype: 'uint8', data });
}

function differenceColour(truth: number, prediction: number): readonly [number, number, number] {
  if (truth === IGNORED) return [40, 40, 60];
  if (truth === prediction) return truth === 0 ? [0, 0, 0] : [110, 110, 110];
  if (prediction === 0) return TRUTH_COLOUR;
  return truth === 0 ? PREDICTION_COLOUR : [230, 80, 230];
}

/** How many of `raters` marked each pixel, from none (black) to all (light grey), on which outlines stand out. */
export function marksUri(
  marks: Regions,
  raters: number,
  outlines: { readonly truth?: Regions; readonly prediction?: Regions },
): string {
  const counts: Image = { ...marks, channels: 1, dtype: 'float32', data: Float32Array.from(marks.data) };
  const { data, width, height } = downscale(counts, SIDE);
  const grey = Uint8Array.from(data, (count) => Math.round((count / raters) * 215));
  let picture: Image = { width, height, channels: 1, dtype: 'uint8', data: grey };
  for (const [regions, colour] of [
    [outlines.prediction, PREDICTION_COLOUR],
    [outlines.truth, TRUTH_COLOUR],
  ] as const) {
    if (regions) picture = overlayOutline(picture, shrunk(regions, { width, height }), colour);
  }
  return pngUri(picture);
}

/** A picture as an address that holds it. */
export function pngUri(image: Image): string {
  return `data:image/png;base64,${Buffer.from(encodePng(image)).toString('base64')}`;
}

/** A smaller mask of the nearest pixel of each place: classes must not be mixed. */
export function shrunk(
  mask: Regions,
  { width, height }: { readonly width: number; readonly height: number },
): Regions {
  if (mask.width === width && mask.height === height) return mask;
  const data = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    const row = Math.min(mask.height - 1, Math.floor(((y + 0.5) * mask.height) / height)) * mask.width;
    for (let x = 0; x < width; x++) {
      const column = Math.min(mask.width - 1, Math.floor(((x + 0.5) * mask.width) / width));
      data[y * width + x] = mask.data[row + column] as number;
    }
  }
  return { width, height, data };
}
