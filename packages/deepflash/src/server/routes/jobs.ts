import { streamSSE } from 'hono/streaming';
import { z } from 'zod';
import { type ApiParts, type Router, text } from './parts.js';

/** Milliseconds between signs of progress. */
const TICK = 1000;

export function jobRoutes({ get, post }: Router, { jobs, changes }: ApiParts): void {
  post(
    '/api/jobs/:id/cancel',
    { summary: 'Stop a job; its work so far is kept' },
    z.object({}),
    async (_, context) => {
      await jobs.cancel(text(context.req.param('id')));
      return context.json({});
    },
  );
  get('/api/events', { summary: 'Tells when something has changed', gives: 'events' }, (context) =>
    streamSSE(context, async (stream) => {
      let open = true;
      stream.onAbort(() => {
        open = false;
      });
      const release = changes.follow(() => void stream.writeSSE({ event: 'change', data: '' }));
      while (open) {
        const busy = jobs.list().some(({ state }) => state === 'running');
        await stream.writeSSE({ event: busy ? 'progress' : 'idle', data: '' });
        await stream.sleep(TICK);
      }
      release();
    }),
  );
}
