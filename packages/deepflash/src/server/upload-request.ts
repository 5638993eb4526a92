/** Files as a page sends them. */
import { UsageError } from '../errors.js';
import type { Upload } from '../project/unpack.js';

/** Bytes of an upload. */
export const LARGEST_UPLOAD = 2 ** 30;

/** The files of a request, each with its path in the folder from which it was dragged. Throws a UsageError where there are none. */
export async function uploadsOf(request: Request): Promise<Upload[]> {
  const form = await request.formData().catch(() => {
    throw new UsageError('No files arrived.');
  });
  const uploads: Upload[] = [];
  for (const value of form.values()) {
    if (typeof value === 'string') continue;
    const bytes = new Uint8Array(await value.arrayBuffer());
    uploads.push({ name: value.name.replaceAll('\\', '/'), read: () => bytes });
  }
  if (uploads.length === 0) throw new UsageError('No files arrived.');
  return uploads;
}
