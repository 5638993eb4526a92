import { connectedComponents, type LabelImage } from './connected-components.js';
import type { Mask } from './distance-transform.js';
import { renumbered } from './renumber.js';

/** The objects of at least `pixels` pixels, counted anew in the order of their first pixels. */
export function withoutSmall(labels: LabelImage, pixels: number): LabelImage {
  const sizes = new Float64Array(labels.count + 1);
  for (const label of labels.data) sizes[label] = (sizes[label] as number) + 1;
  return renumbered(labels, (label) => (sizes[label] as number) >= pixels);
}

/** The objects that lie wholly inside of the picture: none of their pixels is at its border. Counted anew. */
export function withoutBorder(labels: LabelImage): LabelImage {
  const touching = borderLabels(labels);
  return renumbered(labels, (label) => !touching.has(label));
}

/**
 * The mask with its holes as foreground (1): background from which no way over the edges of background pixels leads to the
 * border of the picture.
 */
export function withoutHoles({ width, height, data }: Mask): Mask {
  const background = connectedComponents(
    { width, height, data: data.map((value) => (value === 0 ? 1 : 0)) },
    4,
  );
  const open = borderLabels(background);
  const filled = data.map((value, i) => (value !== 0 || !open.has(background.data[i] as number) ? 1 : 0));
  return { width, height, data: filled };
}

/** The labels, 0 left out, that pixels at the border of the picture have. */
function borderLabels({ width, height, data }: LabelImage): ReadonlySet<number> {
  const found = new Set<number>();
  for (let x = 0; x < width; x++) {
    found.add(data[x] as number);
    found.add(data[(height - 1) * width + x] as number);
  }
  for (let y = 0; y < height; y++) {
    found.add(data[y * width] as number);
    found.add(data[(y + 1) * width - 1] as number);
  }
  found.delete(0);
  return found;
}
