/** One studio at a time is open on a project: two would write over each other's drawings, and do each job twice. */
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { FileWriteError } from '@deepflash/imaging';
import { z } from 'zod';
import { systemCode, UsageError } from '../errors.js';
import { jsonOf } from '../json.js';
import type { Project } from '../project/project.js';
import { lockFile, RunBusyError, type RunLock } from '../training/run-lock.js';
import { readLastPort } from './last-address.js';

/**
 * Takes a project for this process.
 *
 * @throws UsageError that says where the studio is that has it; FileWriteError.
 */
export async function lockProject({ folder, files }: Project): Promise<RunLock> {
  try {
    return await lockFile(files.lock, folder);
  } catch (error) {
    if (error instanceof RunBusyError) throw new UsageError(await whereItIs(folder, files));
    // A project in which nothing can be written can still be looked at.
    const code = systemCode(error instanceof FileWriteError ? error.cause : error);
    if (code !== undefined && READ_ONLY.includes(code)) {
      return { release: async () => undefined };
    }
    throw error;
  }
}

const READ_ONLY = ['EROFS', 'EACCES', 'EPERM'];

const holderSchema = z.object({ pid: z.number(), host: z.string() });

async function whereItIs(folder: string, files: Project['files']): Promise<string> {
  const text = await readFile(files.lock, 'utf8').catch(() => '');
  const { pid, host } = holderSchema.safeParse(jsonOf(text)).data ?? {};
  const open = `A studio is open on ${folder} already`;
  if (pid === undefined) return `${open}: go on there, or close it first.`;
  if (host !== hostname()) return `${open}, on the computer ${host}: go on there, or close it first.`;
  const port = await readLastPort(files.lastAddress);
  const where = port === null ? '' : ` at http://127.0.0.1:${port}`;
  return `${open}${where} (process ${pid}): go on there, or close it first.`;
}
