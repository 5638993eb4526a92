/** The server of the studio, for one project and this computer alone. */
import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { messageOf, systemCode, UsageError } from '../errors.js';
import { drawingThread } from '../project/drawing-thread.js';
import { projectImages } from '../project/images.js';
import { labelStore } from '../project/labels.js';
import { removeLeftovers } from '../project/leftovers.js';
import { objectStore } from '../project/objects.js';
import { openImages } from '../project/open-images.js';
import { openProject, type Project } from '../project/project.js';
import { pyramids } from '../project/pyramids.js';
import { followEvents } from '../runs/follow-events.js';
import { studioApi } from './api.js';
import { BROWSER_PAGE, browserPage } from './browser-page.js';
import { newChanges } from './changes.js';
import { guard, type Key } from './guard.js';
import { openJobs } from './jobs.js';
import { addressOf, keepPort, readLastPort } from './last-address.js';
import { pages } from './pages.js';
import { lockProject } from './project-lock.js';

export interface Studio {
  /** With the token, to be opened in a browser. */
  readonly address: string;
  readonly token: string;
  readonly port: number;
  /** Writes what is not yet in its files; a running job goes on. */
  close(): Promise<void>;
}

/**
 * Starts the studio on a project.
 *
 * @param port 0: any that is free; default: that of the last time where it is free, else any
 * @throws UsageError for a folder that is no project, a project on which a studio is open, or a port that is taken.
 */
export async function startStudio(folder: string, port?: number): Promise<Studio> {
  const project = await openProject(folder);
  const lock = await lockProject(project);
  try {
    const studio = await openStudio(project, port);
    return {
      ...studio,
      async close() {
        try {
          await studio.close();
        } finally {
          await lock.release();
        }
      },
    };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function openStudio(project: Project, port: number | undefined): Promise<Studio> {
  await removeLeftovers(project);
  const images = projectImages(project.files);
  const thread = drawingThread();
  const drawn = {
    files: project.files,
    thread,
    classes: () => project.settings.classes.length,
    sizeOf: images.named,
  };
  const opened = openImages();
  const labels = labelStore(drawn);
  const objects = objectStore({ ...drawn, labels });
  await labels.recover();
  await objects.recover();
  const flush = async (): Promise<void> => {
    await objects.flush();
    await labels.flush();
  };
  const changes = newChanges();
  const jobs = await openJobs(project.files, flush, changes);
  let key: Key = { port: 0, token: '' };
  const app = new Hono();
  app.use(guard({ key: () => key }));
  app.route(
    '/',
    studioApi({
      ...{ project, images, labels, objects, jobs, changes, opened, events: followEvents() },
      pyramids: pyramids(project.files, opened),
    }),
  );
  app.all('/api/*', (context) => context.json({ problem: 'There is nothing at this address.' }, 404));
  app.get(`${BROWSER_PAGE}*`, browserPage());
  app.get('*', pages());
  const last = await readLastPort(project.files.lastAddress);
  const server = await listenAt(app, port ?? last ?? 0).catch((error: unknown) => {
    // Another program has got the port of the last time.
    if (port === undefined && last !== null) return listenAt(app, 0);
    jobs.close();
    throw error;
  });
  const bound = (server.address() as AddressInfo).port;
  key = { port: bound, token: randomBytes(24).toString('base64url') };
  await keepPort(project.files.lastAddress, key);
  return {
    ...{ ...key, address: addressOf(key) },
    async close() {
      jobs.close();
      await flush();
      await thread.close();
      await opened.close();
      if ('closeAllConnections' in server) server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

type Server = ReturnType<typeof serve>;

/** Throws a UsageError for a port that is taken. */
function listenAt({ fetch }: Hono, port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch, port, hostname: '127.0.0.1' }, () => resolve(server));
    server.on('error', (error: unknown) =>
      reject(
        new UsageError(
          systemCode(error) === 'EADDRINUSE'
            ? `Port ${port} is in use by another program: choose another one with --port.`
            : `The server cannot start (${messageOf(error)}).`,
        ),
      ),
    );
  });
}
