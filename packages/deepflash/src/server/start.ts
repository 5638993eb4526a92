/** The server of the studio, for one project and this computer alone. */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { dirname, extname, join } from 'node:path';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { messageOf, systemCode, UsageError } from '../errors.js';
import { liesWithin } from '../ground-truth/expert-folders.js';
import { drawingThread } from '../project/drawing-thread.js';
import { labelStore } from '../project/labels.js';
import { removeLeftovers } from '../project/leftovers.js';
import { objectStore } from '../project/objects.js';
import { openImages } from '../project/open-images.js';
import { imageLister, openProject } from '../project/project.js';
import { pyramids } from '../project/pyramids.js';
import { followEvents } from '../runs/follow-events.js';
import { studioApi } from './api.js';
import { BROWSER_PAGE, browserPage } from './browser-page.js';
import { guard } from './guard.js';
import { openJobs } from './jobs.js';

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
 * @param port 0: any that is free
 * @throws UsageError for a folder that is no project, or a port that is taken.
 */
export async function startStudio(folder: string, port = 0): Promise<Studio> {
  const project = await openProject(folder);
  await removeLeftovers(project);
  const images = imageLister(project);
  const thread = drawingThread();
  const drawn = {
    files: project.files,
    thread,
    classes: () => project.settings.classes.length,
    async sizeOf(name: string) {
      const found = (await images()).find((image) => image.name === name);
      if (found === undefined) throw new UsageError(`There is no image ${name} in this project.`);
      return found;
    },
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
  const jobs = await openJobs(project.files, flush);
  const token = randomBytes(24).toString('base64url');
  let bound = port;
  const app = new Hono();
  app.use(guard({ token, port: () => bound }));
  app.route(
    '/',
    studioApi({
      ...{ project, images, labels, objects, jobs, opened, events: followEvents() },
      pyramids: pyramids(project.files, opened),
    }),
  );
  app.all('/api/*', (context) => context.json({ problem: 'There is nothing at this address.' }, 404));
  app.get(`${BROWSER_PAGE}*`, browserPage());
  app.get('*', pages());
  const server = await new Promise<ReturnType<typeof serve>>((resolve, reject) => {
    const listening = serve(
      { fetch: app.fetch, port, hostname: '127.0.0.1' },
      ({ port: taken }: AddressInfo) => {
        bound = taken;
        resolve(listening);
      },
    );
    listening.on('error', (error: unknown) =>
      reject(
        new UsageError(
          systemCode(error) === 'EADDRINUSE'
            ? `Port ${port} is in use by another program: choose another one with --port.`
            : `The server cannot start (${messageOf(error)}).`,
        ),
      ),
    );
  });
  return {
    ...{ token, port: bound, address: `http://127.0.0.1:${bound}/?token=${token}` },
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

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

/** The built pages of the package studio; addresses within the pages get the first one. */
function pages() {
  const root = join(
    dirname(createRequire(import.meta.url).resolve('@deepflash/studio/package.json')),
    'dist',
  );
  return async ({ req }: { req: { path: string } }): Promise<Response> => {
    const asked = join(root, decodeURIComponent(req.path));
    const isFile = extname(asked) !== '' && liesWithin(asked, root) && existsSync(asked);
    const file = isFile ? asked : join(root, 'index.html');
    if (!existsSync(file))
      return new Response('The pages are not built: run npm run build.', { status: 500 });
    return new Response(new Uint8Array(await readFile(file)), {
      headers: {
        'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream',
        'Content-Security-Policy':
          "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; connect-src 'self'; frame-ancestors 'none'",
        'Cache-Control': file.includes('assets') ? 'max-age=31536000, immutable' : 'no-cache',
      },
    });
  };
}
