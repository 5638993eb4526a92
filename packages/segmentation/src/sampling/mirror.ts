/**
 * Mirrors a position into an axis of `length` pixels that goes on as its own mirror image beyond its borders
 * (… c b a | a b c d | d c b …), however far. Positions within half a pixel of the border become those of
 * the outermost pixels, so the result lies between 0 and `length` - 1.
 */
export function mirrored(position: number, length: number): number {
  const distance = Math.abs(position + 0.5) % (2 * length);
  const inside = Math.min(distance, 2 * length - distance) - 0.5;
  return Math.min(Math.max(inside, 0), length - 1);
}
