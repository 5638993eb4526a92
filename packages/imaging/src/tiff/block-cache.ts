import type { StoredSamples } from '../source/narrow.js';
import type { TiffPage } from './page.js';

/** Unpacked strips and tiles of a picture, kept until newer ones need their place. */
export interface BlockCache {
  /** The block with the given index, which `unpack` gives where it is not kept. What comes must not be written to. */
  get(page: TiffPage, index: number, unpack: () => Promise<StoredSamples>): Promise<StoredSamples>;
}

/** A cache of at most `mostBytes`, or of one block where that is larger. */
export function blockCache(mostBytes: number): BlockCache {
  const kept = new Map<string, Kept>();
  let bytes = 0;

  function drop(key: string): void {
    bytes -= kept.get(key)?.bytes ?? 0;
    kept.delete(key);
  }

  return {
    get(page, index, unpack) {
      const key = `${page.tiff.name}\n${page.at}\n${index}`;
      const known = kept.get(key);
      if (known !== undefined) {
        kept.delete(key);
        kept.set(key, known);
        return known.samples;
      }
      const entry: Kept = { samples: unpack(), bytes: 0 };
      kept.set(key, entry);
      entry.samples.then(
        (samples) => {
          if (kept.get(key) !== entry) return;
          entry.bytes = samples.byteLength;
          bytes += entry.bytes;
          for (const oldest of kept.keys()) {
            if (bytes <= mostBytes || oldest === key) break;
            drop(oldest);
          }
        },
        () => drop(key),
      );
      return entry.samples;
    },
  };
}

interface Kept {
  readonly samples: Promise<StoredSamples>;
  /** 0 until it is unpacked. */
  bytes: number;
}
