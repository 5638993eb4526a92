/** Files of the Hugging Face Hub, downloaded once into the user's cache. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { HubFile } from '@deepflash/segmentation';
import { WorkError } from '../errors.js';
import { cacheFolder, type Surroundings, surroundings } from './cache-folder.js';
import { type DownloadProgress, download } from './download.js';
import { DownloadError, PassingError, send } from './requests.js';

export interface HubOptions {
  readonly surroundings?: Surroundings;
  readonly onProgress?: (file: HubFile, progress: DownloadProgress) => void;
  /** Seconds before each further attempt. */
  readonly waits?: readonly number[];
  /** Seconds within which the hub has to give a first answer, where a download is not worth waiting for. */
  readonly firstAnswer?: number;
}

/** `hf:owner/repository/file@revision`. */
export function hubName({ repository, file, revision }: HubFile): string {
  return `hf:${repository}/${file}@${revision}`;
}

/** Where a file can be had. HF_ENDPOINT names a mirror of the hub. */
export function hubUrl({ repository, revision, file }: HubFile, { env }: Surroundings): string {
  const endpoint = (env.HF_ENDPOINT || 'https://huggingface.co').replace(/\/+$/, '');
  const path = file.split('/').map(encodeURIComponent).join('/');
  return `${endpoint}/${repository}/resolve/${encodeURIComponent(revision)}/${path}`;
}

/** Where a file lies in the user's cache once it is there. */
export function cachedPath({ repository, revision, file }: HubFile, where: Surroundings): string {
  return join(cacheFolder(where), 'weights', ...repository.split('/'), revision, ...file.split('/'));
}

/**
 * The path of the first of some files with the same content that can be had, downloaded if need be. HF_TOKEN is sent to
 * the hub for private repositories; HF_HUB_OFFLINE=1 forbids the download.
 *
 * @throws WorkError that says which file to put where.
 */
export async function fetchFromHub(
  files: readonly [HubFile, ...HubFile[]],
  options: HubOptions = {},
): Promise<{ readonly file: HubFile; readonly path: string }> {
  const where = options.surroundings ?? surroundings();
  for (const file of files) {
    const path = await presentPath(file, where);
    if (path !== undefined) return { file, path };
  }
  const problems: DownloadError[] = [];
  for (const file of files) {
    try {
      const path = cachedPath(file, where);
      const { HF_TOKEN: token, HF_HUB_OFFLINE: offline } = where.env;
      const url = hubUrl(file, where);
      if (offline && offline !== '0') throw new DownloadError('offline', url, 'HF_HUB_OFFLINE is set');
      if (options.firstAnswer !== undefined) await requireAnswer(url, options.firstAnswer);
      await download({
        url,
        to: path,
        ...(token ? { token } : {}),
        ...(options.waits ? { waits: options.waits } : {}),
        onProgress: (progress) => options.onProgress?.(file, progress),
      });
      return { file, path };
    } catch (error) {
      if (!(error instanceof DownloadError)) throw error;
      problems.push(error);
      if (error.kind !== 'missing' && error.kind !== 'refused') break;
    }
  }
  throw notToBeHad(files[0], problems, where);
}

/** Throws a DownloadError where nobody answers soon. */
async function requireAnswer(url: string, seconds: number): Promise<void> {
  const signal = AbortSignal.timeout(seconds * 1000);
  try {
    await send({ method: 'HEAD', url, headers: {}, signal, onHop: () => true });
  } catch (error) {
    if (!(error instanceof PassingError)) throw error;
    const problem = signal.aborted ? `${new URL(url).host} did not answer in ${seconds} s` : error.message;
    throw new DownloadError('offline', url, problem);
  }
}

function notToBeHad(file: HubFile, problems: readonly DownloadError[], where: Surroundings): WorkError {
  const reasons = [...new Set(problems.map(({ message }) => message))].join('; ');
  const secret = problems.some(({ kind }) => kind === 'refused')
    ? ' If the repository is private, set HF_TOKEN to a token that may read it.'
    : '';
  return new WorkError(
    `The weights ${hubName(file)} could not be downloaded: ${reasons}.${secret} Without a connection, download ` +
      `${hubUrl(file, where)} elsewhere and put it here: ${cachedPath(file, where)}`,
  );
}

/** The file in our cache, or in that of Python's huggingface_hub. */
async function presentPath(file: HubFile, where: Surroundings): Promise<string | undefined> {
  const own = cachedPath(file, where);
  if (existsSync(own)) return own;
  const { env, home } = where;
  const hub = env.HF_HUB_CACHE || join(env.HF_HOME || join(home, '.cache', 'huggingface'), 'hub');
  const folder = join(hub, `models--${file.repository.replace('/', '--')}`);
  const commit = await readFile(join(folder, 'refs', file.revision), 'utf8').catch(() => file.revision);
  const path = join(folder, 'snapshots', commit.trim(), ...file.file.split('/'));
  return existsSync(path) ? path : undefined;
}
