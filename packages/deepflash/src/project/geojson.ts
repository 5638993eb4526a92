/** Outlines as QuPath exports them (GeoJSON, RFC 7946), in pixels from the top left corner. */

import { labelsFromRois, type Roi } from '@deepflash/imaging';
import { separateInstances } from '@deepflash/segmentation';
import { z } from 'zod';
import { UsageError } from '../errors.js';
import { jsonOf } from '../json.js';

const ring = z.array(z.tuple([z.number(), z.number()]).rest(z.number()));
const geometry = z.discriminatedUnion('type', [
  z.object({ type: z.literal('Polygon'), coordinates: z.array(ring) }),
  z.object({ type: z.literal('MultiPolygon'), coordinates: z.array(z.array(ring)) }),
]);
const feature = z.object({
  geometry,
  properties: z
    .object({ classification: z.object({ name: z.string() }).optional() })
    .nullable()
    .optional(),
});
const document = z.union([
  z
    .object({ type: z.literal('FeatureCollection'), features: z.array(feature) })
    .transform((all) => all.features),
  z.array(feature),
  feature.transform((one) => [one]),
]);

export interface OutlinedObjects {
  /** The class of each pixel; objects of a class that touch are kept apart. */
  readonly classes: Uint8Array;
  /** The number of each pixel's object, from 1. */
  readonly numbers: Uint32Array;
}

/**
 * Outlines as pixels: one whose classification has the name of a class is of that class, others are of the first one.
 *
 * @param classes names, the background first
 * @throws UsageError for a file that holds no outlines.
 */
export function objectsFromGeoJson(
  bytes: Uint8Array,
  file: string,
  size: { readonly width: number; readonly height: number },
  classes: readonly string[],
): OutlinedObjects {
  const parsed = document.safeParse(jsonOf(new TextDecoder().decode(bytes)));
  if (!parsed.success) {
    throw new UsageError(
      `${file} holds no polygons of GeoJSON: export the annotations of QuPath as GeoJSON.`,
    );
  }
  const values = new Uint8Array(size.width * size.height);
  for (let index = 1; index < classes.length; index++) {
    const own = parsed.data.filter((one) => classOf(one, classes) === index);
    const mask = separateInstances(labelsFromRois(own.map(roiOf), size));
    for (let i = 0; i < mask.length; i++) if (mask[i] === 1) values[i] = index;
  }
  return { classes: values, numbers: labelsFromRois(parsed.data.map(roiOf), size).data };
}

function classOf({ properties }: z.output<typeof feature>, classes: readonly string[]): number {
  const named = classes.indexOf(properties?.classification?.name ?? '');
  return named > 0 ? named : 1;
}

function roiOf({ geometry: { type, coordinates } }: z.output<typeof feature>): Roi {
  const rings = type === 'Polygon' ? coordinates : coordinates.flat();
  return {
    name: '',
    type: 'composite',
    paths: rings.map((points) => {
      const [[x, y] = [0, 0], ...others] = points;
      return { start: [x, y] as const, steps: others.map(([toX, toY]) => ({ to: [toX, toY] as const })) };
    }),
  };
}
