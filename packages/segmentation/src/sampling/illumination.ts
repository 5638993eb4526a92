import type { IlluminationGradient } from './augmentation.js';

/**
 * Light that changes evenly along a direction, in place: values above `black` are multiplied by 1 + strength * t, where t
 * goes from -1 at one corner or edge of the tile to 1 at the opposite one.
 */
export function lightUnevenly(
  { height, width, data }: { readonly height: number; readonly width: number; readonly data: Float32Array },
  { strength, angle }: IlluminationGradient,
  black: number,
): void {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const perPart = strength / (Math.abs(cos) + Math.abs(sin));
  for (let y = 0, i = 0; y < height; y++) {
    const down = sin * ((2 * y + 1) / height - 1);
    for (let x = 0; x < width; x++, i++) {
      const right = cos * ((2 * x + 1) / width - 1);
      const value = data[i] as number;
      data[i] = value + (value - black) * perPart * (down + right);
    }
  }
}
