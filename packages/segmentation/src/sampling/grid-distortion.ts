/**
 * Grid distortion as in albumentations with `normalized=True`: an axis of a tile is cut into groups of equally many
 * pixels, and each group shows a part of another size than its own, so that it is stretched or squeezed. The parts
 * follow each other without gaps and fill the axis, so places keep their order and the ends stay where they are.
 */

/** How far each pixel of an axis moves, in pixels; `parts` are those of the axis that the groups show, 1 in all. */
export function gridDisplacements(parts: readonly number[], length: number): Float64Array {
  const displacements = new Float64Array(length);
  let from = 0;
  let group = 0;
  for (let pixel = 0; pixel < length; pixel++) {
    // In groups, from the edge of the first pixel on.
    const place = ((pixel + 0.5) / length) * parts.length;
    while (group + 1 < parts.length && place >= group + 1) from += parts[group++] as number;
    const shown = (from + (place - group) * (parts[group] ?? 0)) * length;
    displacements[pixel] = shown - (pixel + 0.5);
  }
  return displacements;
}
