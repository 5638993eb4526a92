import { createFileSink } from '@deepflash/imaging/node';

/** Writes a file part by part, as a whole or not at all, so that it need not be in memory. Throws a FileWriteError. */
export async function writeParts(path: string, parts: Iterable<Uint8Array>): Promise<void> {
  const sink = await createFileSink(path);
  try {
    let end = 0;
    for (const bytes of parts) {
      await sink.write(end, bytes);
      end += bytes.length;
    }
    await sink.close();
  } catch (error) {
    await sink.discard();
    throw error;
  }
}
