/** A route with what it takes and gives, from which the description of the API is made. */
import { OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { explain, messageOf, UsageError } from '../errors.js';

export interface RouteText {
  readonly summary: string;
  /** What it gives, where that is no JSON. */
  readonly gives?: 'bytes' | 'events' | 'file';
}

/** Bytes of a JSON document that a page sends. */
const LARGEST_JSON = 2 ** 20;

export function apiRouter() {
  const app = new OpenAPIHono();
  app.onError((error, context) => {
    const { message, exitCode } = explain(error);
    if (exitCode !== 2)
      process.stderr.write(`${context.req.method} ${context.req.path}: ${messageOf(error)}\n`);
    return context.json({ problem: message }, exitCode === 2 ? 400 : 500);
  });

  function describe(
    method: 'get' | 'post' | 'patch' | 'put',
    path: string,
    text: RouteText,
    body?: z.ZodType,
  ): void {
    const names = [...path.matchAll(/:(\w+)/g)].map(([, name]) => name as string);
    app.openAPIRegistry.registerPath({
      method,
      path: path.replace(/:(\w+)/g, '{$1}'),
      summary: text.summary,
      request: {
        ...(names.length === 0
          ? {}
          : { params: z.object(Object.fromEntries(names.map((name) => [name, z.string()]))) }),
        ...(body === undefined ? {} : { body: { content: { 'application/json': { schema: body } } } }),
      },
      responses: {
        200: {
          description: text.summary,
          content: {
            [CONTENT[text.gives ?? 'json']]: { schema: z.unknown() },
          },
        },
        400: {
          description: 'What was asked for cannot be done',
          content: { 'application/json': { schema: z.object({ problem: z.string() }) } },
        },
      },
    });
  }

  return {
    app,
    get(path: string, text: RouteText, handle: (context: Context) => Promise<Response> | Response): void {
      describe('get', path, text);
      app.get(path, handle);
    },
    /** With a JSON document that is checked by a schema. */
    post<Body extends z.ZodType>(
      path: string,
      text: RouteText,
      schema: Body,
      handle: (body: z.output<Body>, context: Context) => Promise<Response>,
    ): void {
      describe('post', path, text, schema);
      app.post(path, limit(LARGEST_JSON), async (context) => {
        const body = schema.safeParse(await context.req.json().catch(() => ({})));
        if (!body.success) {
          const faults = body.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
          throw new UsageError(`The request cannot be understood (${faults.join('; ')}).`);
        }
        return handle(body.data, context);
      });
    },
    /** With bytes or files, of which so many are taken. */
    send(
      method: 'post' | 'patch' | 'put',
      path: string,
      text: RouteText,
      most: number,
      handle: (context: Context) => Promise<Response>,
    ): void {
      describe(method, path, text);
      app.on(method.toUpperCase(), path, limit(most), handle);
    },
  };
}

const CONTENT = {
  json: 'application/json',
  bytes: 'application/octet-stream',
  events: 'text/event-stream',
  file: 'application/octet-stream',
} as const;

function limit(most: number) {
  return bodyLimit({
    maxSize: most,
    onError: (context) =>
      context.json(
        { problem: `That is more than the ${Math.round(most / 2 ** 20)} MB that are taken at once.` },
        413,
      ),
  });
}
