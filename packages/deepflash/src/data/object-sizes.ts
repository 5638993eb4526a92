/**
 * How large the objects are that a mask marks: what an object is to a network is its width, not its area, since
 * objects that touch become one region, and cells in a dish one net.
 *
 * A region of area A whose border counts P sides of pixels gets 16 A / (pi P): the diameter of a disc, 1.3 times the
 * side of a square, 2.5 times the width of a long strip. Regions that grow together keep about their size.
 */
import { connectedComponents, type Image } from '@deepflash/imaging';

/** Regions of fewer pixels are specks. */
const SMALLEST = 4;

/** The sizes in pixels of the regions that a mask marks, whatever their values are. */
export function objectSizes(mask: Image): number[] {
  const { width, height } = mask;
  const { count, data: labels } = connectedComponents({ width, height, data: marked(mask) }, 8);
  const areas = new Float64Array(count + 1);
  const sides = new Float64Array(count + 1);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const label = labels[i] as number;
      if (label === 0) continue;
      areas[label] = (areas[label] as number) + 1;
      let open = 0;
      if (x === 0 || labels[i - 1] === 0) open++;
      if (x === width - 1 || labels[i + 1] === 0) open++;
      if (y === 0 || labels[i - width] === 0) open++;
      if (y === height - 1 || labels[i + width] === 0) open++;
      sides[label] = (sides[label] as number) + open;
    }
  }
  return Array.from(areas, (area, label) => ((16 / Math.PI) * area) / (sides[label] as number)).filter(
    (_, label) => (areas[label] as number) >= SMALLEST,
  );
}

/** Pixels in which a channel of colour or grey is not 0. */
function marked({ width, height, channels, data }: Image): Uint8Array {
  // The second of two channels and the fourth of four say how opaque a pixel is.
  const colours = channels === 2 || channels === 4 ? channels - 1 : channels;
  const pixels = new Uint8Array(width * height);
  for (let i = 0; i < pixels.length; i++) {
    for (let channel = 0; channel < colours; channel++) {
      if (data[i * channels + channel] !== 0) pixels[i] = 1;
    }
  }
  return pixels;
}
