/**
 * The landscape by which `separateByLandscape` cuts touching objects: how deep inside its object a pixel lies, lowered to
 * nothing where two objects touch.
 *
 * @param separation what the second heads say in the mean: distance and boundary, [2, H, W], 0 to 1
 * @returns heights [H, W], 0 to 1
 */
export function landscapeHeights(separation: Float32Array): Float32Array {
  const pixels = separation.length / 2;
  return Float32Array.from(
    { length: pixels },
    (_, i) => (separation[i] as number) * (1 - (separation[pixels + i] as number)),
  );
}
