/** Which mask belongs to which image; all entries are the names that were given. */
export interface MatchedMasks {
  /** In the order of the images. */
  readonly pairs: readonly { readonly image: string; readonly mask: string }[];
  readonly unmatchedImages: readonly string[];
  /** Masks of no image, and those that gave way to one whose name fits better. */
  readonly unmatchedMasks: readonly string[];
  /** Groups in which several masks fit one image equally well, or several images have the same name. */
  readonly ambiguous: readonly { readonly images: readonly string[]; readonly masks: readonly string[] }[];
}

/**
 * A mask belongs to the image whose name (without folder and ending) its own begins with; when several do, to
 * the longest. Of several masks of one image, the one with the very same name wins, then the one whose name
 * goes on with something else than a letter or digit (`cell1_mask` before `cell12`); otherwise they are
 * ambiguous, and so are images that differ only in folder or ending.
 */
export function matchMasks(images: readonly string[], masks: readonly string[]): MatchedMasks {
  const imagesOf = groupBy(images, stemKey);
  const masksOf = groupBy(masks, (mask) => longestStart(stemKey(mask), imagesOf));
  const pairs: { image: string; mask: string }[] = [];
  const unmatchedImages: string[] = [];
  const unmatchedMasks = [...(masksOf.get(undefined) ?? [])];
  const ambiguous: { images: readonly string[]; masks: readonly string[] }[] = [];
  for (const [name, [image, ...sameName]] of imagesOf) {
    const candidates = masksOf.get(name) ?? [];
    const best = bestFits(name, candidates);
    const [mask, ...equals] = best;
    if (image === undefined) continue;
    if (mask === undefined) unmatchedImages.push(image, ...sameName);
    else if (sameName.length > 0) ambiguous.push({ images: [image, ...sameName], masks: candidates });
    else if (equals.length > 0) ambiguous.push({ images: [image], masks: best });
    else pairs.push({ image, mask });
    if (sameName.length === 0) unmatchedMasks.push(...candidates.filter((mask) => !best.includes(mask)));
  }
  return { pairs, unmatchedImages, unmatchedMasks, ambiguous };
}

/** A file's name without its folder and its ending; `.ome.tif`, `.ome.zarr` and the like count as one ending. */
export function stem(file: string): string {
  const path = file.replace(/[/\\]+$/, '');
  const name = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
  const withoutEnding = name.replace(/(?<=.)\.[^.]*$/, '');
  return OME_ENDING.test(name) ? withoutEnding.replace(/(?<=.)\.ome$/i, '') : withoutEnding;
}

const OME_ENDING = /\.(tiff?|tf[28]|btf|zarr)$/i;

/** Whether a name has the ending of an image file: what lies in a folder of images is told apart by it. */
export function hasImageEnding(name: string): boolean {
  return /\.(png|tiff?|tf[28]|btf|lsm|jpe?g|bmp)$/i.test(name) || isZarrName(name);
}

/** Whether a name is that of an OME-Zarr, which is a folder. */
export function isZarrName(name: string): boolean {
  return /\.zarr$/i.test(name);
}

/** The order in which files are listed everywhere: by the code of their characters, the same on every machine. */
export function compareNames(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Some systems store accented letters in one piece, some in two; names are compared in one form. */
function stemKey(file: string): string {
  return stem(file).normalize('NFC');
}

function longestStart(name: string, imagesOf: ReadonlyMap<string, unknown>): string | undefined {
  for (let length = name.length; length > 0; length--) {
    const start = name.slice(0, length);
    if (imagesOf.has(start)) return start;
  }
  return undefined;
}

function bestFits(name: string, masks: readonly string[]): readonly string[] {
  const exact = masks.filter((mask) => stemKey(mask) === name);
  if (exact.length > 0) return exact;
  const apart = masks.filter((mask) => !/^[\p{L}\p{N}]/u.test(stemKey(mask).slice(name.length)));
  return apart.length > 0 ? apart : masks;
}

function groupBy<Key>(files: readonly string[], keyOf: (file: string) => Key): Map<Key, string[]> {
  const groups = new Map<Key, string[]>();
  for (const file of files) {
    const key = keyOf(file);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [file]);
    else group.push(file);
  }
  return groups;
}
