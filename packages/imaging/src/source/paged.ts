import { type ByteSource, checkInside } from './byte-source.js';

const PAGE = 8192;
const MOST_PAGES = 64;

/**
 * The same bytes, of which short reads are answered from a few pages that are kept: a file's tables are then read
 * with few requests, in whatever order their entries are asked for. What is read must not be written to.
 */
export function pagedSource(source: ByteSource): ByteSource {
  const { name, size } = source;
  const pages = new Map<number, Promise<Uint8Array>>();

  function pageAt(index: number): Promise<Uint8Array> {
    let page = pages.get(index);
    if (page === undefined) {
      page = source.read(index * PAGE, Math.min(PAGE, size - index * PAGE));
      page.catch(() => pages.delete(index));
      for (const oldest of pages.keys()) {
        if (pages.size < MOST_PAGES) break;
        pages.delete(oldest);
      }
    } else pages.delete(index);
    pages.set(index, page);
    return page;
  }

  return {
    name,
    size,
    async read(offset, length) {
      checkInside(name, size, offset, length);
      if (length > PAGE) return source.read(offset, length);
      const first = Math.floor(offset / PAGE);
      const start = offset - first * PAGE;
      const page = await pageAt(first);
      if (start + length <= page.length) return page.subarray(start, start + length);
      const bytes = new Uint8Array(length);
      bytes.set(page.subarray(start));
      const rest = await pageAt(first + 1);
      bytes.set(rest.subarray(0, start + length - page.length), page.length - start);
      return bytes;
    },
    close: () => source.close(),
  };
}
