/** Pieces of real images with what five experts drew on them, for tests: shared/data/cfos beside the repository. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { encodePng, type Image } from '@deepflash/imaging';
import { readImageFile } from '@deepflash/imaging/node';

const folder = fileURLToPath(new URL('../../../../../shared/data/cfos', import.meta.url));

/** Why there are none here, if so. */
export const noCfos = existsSync(folder) ? undefined : `${folder} is not there`;

export const CFOS_NAMES = ['0001', '0004', '0006'] as const;
export const CFOS_EXPERTS = ['expert_1', 'expert_2', 'expert_3', 'expert_4', 'expert_5'] as const;
/** Pixels of a side of a piece. */
const SIDE = 256;

export interface CfosPiece {
  readonly name: string;
  /** PNG files: the image, and the mask of each expert. */
  readonly image: Uint8Array;
  readonly masks: Readonly<Record<string, Uint8Array>>;
}

/** Of each image the piece in which most is marked. */
export function cfosPieces(): Promise<CfosPiece[]> {
  return Promise.all(
    CFOS_NAMES.map(async (name) => {
      const mask = `${name}_cFOS.png`;
      const corner = richest(await readImageFile(join(folder, 'masks', mask)));
      const piece = async (...parts: string[]): Promise<Uint8Array> =>
        encodePng(cropped(await readImageFile(join(folder, ...parts)), corner));
      const masks = CFOS_EXPERTS.map(
        async (expert) => [expert, await piece('experts', expert, mask)] as const,
      );
      const image = await piece('images', `${name}.png`);
      return { name, image, masks: Object.fromEntries(await Promise.all(masks)) };
    }),
  );
}

interface Corner {
  readonly x: number;
  readonly y: number;
}

function richest(mask: Image): Corner {
  let best = { x: 0, y: 0, marked: -1 };
  for (let y = 0; y + SIDE <= mask.height; y += SIDE) {
    for (let x = 0; x + SIDE <= mask.width; x += SIDE) {
      const marked = cropped(mask, { x, y }).data.reduce((sum, value) => sum + value, 0);
      if (marked > best.marked) best = { x, y, marked };
    }
  }
  return best;
}

function cropped({ width, channels, data }: Image, { x, y }: Corner): Image & { readonly data: Uint8Array } {
  const piece = new Uint8Array(SIDE * SIDE * channels);
  for (let row = 0; row < SIDE; row++) {
    const from = ((y + row) * width + x) * channels;
    piece.set(Uint8Array.from(data.subarray(from, from + SIDE * channels)), row * SIDE * channels);
  }
  return { width: SIDE, height: SIDE, channels, dtype: 'uint8', data: piece };
}
