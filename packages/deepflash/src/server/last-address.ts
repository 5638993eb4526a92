/**
 * Where the studio of a project was open the last time. It is opened there again, so that a page that was left open finds
 * it and saves the strokes that wait in it. The token is a new one each time: the page gets it from the browser, where the
 * studio was opened anew at the same address.
 */
import { readFile } from 'node:fs/promises';
import { writeFileAtomic } from '@deepflash/imaging/node';
import { z } from 'zod';
import { jsonOf } from '../json.js';
import type { Key } from './guard.js';

const addressSchema = z.object({ port: z.int().min(1).max(65_535) });

/** Null where none is known. */
export async function readLastPort(file: string): Promise<number | null> {
  const known = addressSchema.safeParse(jsonOf(await readFile(file, 'utf8').catch(() => '')));
  return known.data?.port ?? null;
}

/** What cannot be kept costs a page that is left open its place, and nothing else. */
export async function keepPort(file: string, { port }: Pick<Key, 'port'>): Promise<void> {
  await writeFileAtomic(file, new TextEncoder().encode(`${JSON.stringify({ port })}\n`)).catch(
    () => undefined,
  );
}

/** As a browser is given it. */
export function addressOf({ port, token }: Key): string {
  return `http://127.0.0.1:${port}/?token=${token}`;
}
