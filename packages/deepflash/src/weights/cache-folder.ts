import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** What decides where caches lie. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly home: string;
}

/** Those of this process. */
export function surroundings(): Surroundings {
  return { env: process.env, platform: process.platform, home: homedir() };
}

/**
 * The folder of files that can be had again: DEEPFLASH_CACHE, else `deepflash` where the platform keeps such files
 * (XDG_CACHE_HOME or ~/.cache, ~/Library/Caches, %LOCALAPPDATA%).
 */
export function cacheFolder({ env, platform, home }: Surroundings): string {
  if (env.DEEPFLASH_CACHE) return resolve(env.DEEPFLASH_CACHE);
  if (platform === 'darwin') return join(home, 'Library', 'Caches', 'deepflash');
  if (platform === 'win32') {
    return join(env.LOCALAPPDATA || join(home, 'AppData', 'Local'), 'deepflash', 'Cache');
  }
  return join(env.XDG_CACHE_HOME || join(home, '.cache'), 'deepflash');
}
