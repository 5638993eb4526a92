import { damaged } from '../errors.js';
import type { Level } from '../source/image-source.js';
import { numbersOf } from './directory.js';
import { sameKind, type TiffPage, type TiffPages } from './page.js';

/** A resolution of a picture, and where it is for a page of full resolution. */
export interface LevelPlace extends Level {
  pageOf(pages: TiffPages, page: number): Promise<TiffPage>;
}

/** The full resolution: the pages themselves. */
export function fullLevel({ layout: { width, height } }: TiffPage): LevelPlace {
  return { width, height, pageOf: (pages, page) => pages.page(page) };
}

const SUB_DIRECTORIES = 330;
const MOST_LEVELS = 64;

/** The smaller resolutions that a page names as its sub-directories, largest first. */
export async function subLevels(pages: TiffPages, full: TiffPage): Promise<LevelPlace[]> {
  const found: LevelPlace[] = [];
  const places = (await numbersOf(full.tiff, full.directory, SUB_DIRECTORIES, MOST_LEVELS)) ?? [];
  for (const [index, at] of [...places].entries()) {
    const smaller = await pages.pageAt(at);
    if (!isSmaller(smaller, full)) continue;
    const { width, height } = smaller.layout;
    const pageOf: LevelPlace['pageOf'] = async (others, number) => {
      const page = await others.page(number);
      const subs = await numbersOf(page.tiff, page.directory, SUB_DIRECTORIES, MOST_LEVELS);
      const sub = subs?.[index];
      if (sub === undefined) throw damaged(page.tiff.name, `page ${number + 1} lacks its smaller copy`);
      return others.pageAt(sub);
    };
    found.push({ width, height, pageOf });
  }
  return found.sort((a, b) => b.width - a.width);
}

/** Whether a page can be a smaller copy of another: of its kind, and of its proportions but for rounding. */
export function isSmaller(copy: TiffPage, full: TiffPage): boolean {
  const [a, b] = [copy.layout, full.layout];
  if (a.width >= b.width || a.height > b.height || !sameKind(a, b)) return false;
  const height = (b.height * a.width) / b.width;
  return Math.abs(a.height - height) <= Math.max(2, height * 0.02);
}
