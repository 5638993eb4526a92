/** Whether the machines of a cluster can see a folder of this one, as far as can be known from here. */
import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, relative, resolve } from 'node:path';
import { ClusterError } from './errors.js';
import { isThisComputer } from './slurm.js';

/**
 * Throws a ClusterError for folders that lie on this computer alone where tasks may run on others.
 *
 * @param hosts the computers on which tasks may run
 * @returns a sentence to say where it is not certain
 */
export async function checkShared(
  folders: readonly string[],
  hosts: readonly string[],
): Promise<string | undefined> {
  const others = hosts.filter((host) => !isThisComputer(host));
  if (others.length === 0) return undefined;
  const where = others.length > 3 ? `${others.slice(0, 3).join(', ')}, …` : others.join(', ');
  for (const folder of folders) {
    const path = nearestExisting(resolve(folder));
    const { type } = await statfs(path);
    const temporary = !relative(resolve(tmpdir()), path).startsWith('..');
    if (temporary || MEMORY.includes(type)) {
      throw new ClusterError(
        `${folder} lies ${temporary ? 'in the temporary folder' : 'in the memory'} of this computer alone, and the tasks would run on ${where}: choose a folder on a disk that they share, such as your home.`,
      );
    }
    if (LOCAL.includes(type)) {
      return `${folder} lies on a disk of this computer; the tasks need it under the same path on ${where}.`;
    }
  }
  return undefined;
}

/** Whether a folder lies on a disk or in the memory of this computer, as far as is known. */
export async function isOnThisComputer(folder: string): Promise<boolean> {
  const { type } = await statfs(nearestExisting(resolve(folder)));
  return [...MEMORY, ...LOCAL].includes(type);
}

/** Types of file systems as Linux numbers them: tmpfs and ramfs; ext, XFS, Btrfs and overlay. */
const MEMORY = [0x01021994, 0x858458f6];
const LOCAL = [0xef53, 0x58465342, 0x9123683e, 0x794c7630];

function nearestExisting(path: string): string {
  const above = dirname(path);
  return existsSync(path) || above === path ? path : nearestExisting(above);
}
