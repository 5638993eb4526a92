/** Objects as QuPath imports them: detections with their outline, class and measurements. */
import { geoJsonGeometry, type Roi } from '@deepflash/imaging';
import type { ObjectRecord } from './object-records.js';

/** What of a record is no measurement. */
const NAMES = new Set(['file', 'object', 'class', 'unit']);

/** A GeoJSON file of objects with the records of the same numbers. */
export function encodeGeoJson(rois: readonly Roi[], records: readonly ObjectRecord[]): Uint8Array {
  const byNumber = new Map(records.map((record) => [String(record.object), record]));
  const features = rois.flatMap((roi) => {
    const geometry = geoJsonGeometry(roi);
    const record = byNumber.get(roi.name);
    if (geometry === undefined || record === undefined) return [];
    return [
      {
        type: 'Feature',
        geometry,
        properties: {
          objectType: 'detection',
          name: roi.name,
          classification: { name: `class ${record.class}`, color: COLOURS[Number(record.class) % 4] },
          measurements: Object.fromEntries(
            Object.entries(record).filter(([name, value]) => !NAMES.has(name) && value !== null),
          ),
        },
      },
    ];
  });
  return new TextEncoder().encode(`${JSON.stringify({ type: 'FeatureCollection', features })}\n`);
}

const COLOURS = [
  [128, 128, 128],
  [0, 220, 255],
  [255, 176, 0],
  [230, 80, 230],
] as const;
