/**
 * Where the studio of a project was open the last time. It is opened there again, so that a page that was left open goes on
 * and saves the strokes that wait in it. For that its token must stay the same, which is only kept in a file that nobody
 * else can read: where there is no such file, the token is a new one each time, and so it is when the file is deleted.
 */
import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { jsonOf } from '../json.js';
import type { Key } from './guard.js';

const addressSchema = z.object({
  port: z.int().min(1).max(65_535),
  token: z.string().min(32).nullable(),
});

/** The token is null where it was not kept, or others might know it. */
export type LastAddress = z.infer<typeof addressSchema>;

/** Null where none is known. */
export async function readLastAddress(file: string): Promise<LastAddress | null> {
  try {
    const handle = await open(file);
    try {
      const known = addressSchema.safeParse(jsonOf(await handle.readFile('utf8'))).data;
      if (known === undefined) return null;
      return { ...known, token: (await isPrivate(handle)) ? known.token : null };
    } finally {
      await handle.close();
    }
  } catch {
    // Another user may have opened the project before.
    return null;
  }
}

/** What cannot be kept costs a page that is left open its place, and nothing else. */
export async function keepAddress(file: string, { port, token }: Key): Promise<void> {
  const beside = join(dirname(file), `.${randomUUID()}.tmp`);
  try {
    const handle = await open(beside, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
    try {
      const kept: LastAddress = { port, token: (await isPrivate(handle)) ? token : null };
      await handle.writeFile(`${JSON.stringify(kept)}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(beside, file);
  } catch {
    await rm(beside, { force: true }).catch(() => undefined);
  }
}

/** Whether a file belongs to this user, and no one else may read it. Where a system does not tell, it counts as open to others. */
async function isPrivate(handle: FileHandle): Promise<boolean> {
  const { mode, uid } = await handle.stat();
  return process.getuid !== undefined && uid === process.getuid() && (mode & 0o077) === 0;
}

/** As a browser is given it. */
export function addressOf({ port, token }: LastAddress): string {
  return `http://127.0.0.1:${port}/${token === null ? '' : `?token=${token}`}`;
}
