/** A studio on a new project, asked as a page asks it, for tests. */
import { cpSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectFiles } from '../project/layout.js';
import type { ProjectView } from '../server/overview.js';
import { type Studio, startStudio } from '../server/start.js';

export interface TestStudio extends Studio {
  readonly folder: string;
  ask(path: string, init?: RequestInit): Promise<Response>;
  post(path: string, body?: unknown): Promise<Response>;
  project(): Promise<ProjectView>;
  /** Waits until no job waits or runs, and tells the state of each. */
  jobsEnded(): Promise<string[]>;
}

/** Milliseconds between looks at jobs. */
const LOOK = 200;

export async function openTestStudio(
  folder = join(mkdtempSync(join(tmpdir(), 'deepflash-')), 'project'),
): Promise<TestStudio> {
  return { folder, ...asked(await startStudio(folder)) };
}

function asked(studio: Studio): Omit<TestStudio, 'folder'> {
  const { ask, post, project } = asking(studio.port, studio.token);
  return {
    ...{ ...studio, ask, post, project },
    async jobsEnded() {
      for (;;) {
        const { jobs } = await project();
        const open = jobs.some(({ state }) => state === 'waiting' || state === 'running');
        if (!open) return jobs.map(({ kind, state, message }) => `${kind} ${state} ${message ?? ''}`.trim());
        await new Promise((resolve) => setTimeout(resolve, LOOK));
      }
    },
  };
}

/** A copy of a project as it lies on the disk at this moment: so a studio would leave it that is killed. */
export function copyOfProject(folder: string): string {
  const copy = join(mkdtempSync(join(tmpdir(), 'deepflash-')), 'project');
  // The studio that holds the lock is that of the original.
  cpSync(folder, copy, { recursive: true, filter: (path) => path !== projectFiles(folder).lock });
  return copy;
}

/** Asks a studio that runs somewhere. */
export function asking(port: number, token: string): Pick<TestStudio, 'ask' | 'post' | 'project'> {
  const ask = (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`http://127.0.0.1:${port}${path}`, {
      ...init,
      headers: { Authorization: `Bearer ${token}`, ...init.headers },
    });
  return {
    ask,
    post: (path, body = {}) => ask(path, { method: 'POST', body: JSON.stringify(body) }),
    async project() {
      return (await (await ask('/api/project')).json()) as ProjectView;
    },
  };
}

/** Files as a page sends them. */
export function files(...uploads: readonly (readonly [string, Uint8Array])[]): FormData {
  const form = new FormData();
  for (const [name, bytes] of uploads) form.append('files', new Blob([new Uint8Array(bytes)]), name);
  return form;
}
