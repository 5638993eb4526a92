/**
 * Addresses of pages, with names of images, experts and trainings in them. The router decodes an address once before it
 * takes it apart, all but what parts it (`decodeURI`): a percent sign is written twice, so that one is left of it.
 */

/** The address of a page: `/annotate/expert/image`. */
export function pageOf(page: string, ...names: readonly string[]): string {
  return `/${[page, ...names.map((name) => encodeURIComponent(name.replaceAll('%', '%25')))].join('/')}`;
}

/** A name as the router hands it over; null where the address has none. */
export function named(part: string | undefined): string | null {
  if (part === undefined) return null;
  try {
    return decodeURIComponent(part);
  } catch {
    // An address that somebody typed.
    return part;
  }
}
