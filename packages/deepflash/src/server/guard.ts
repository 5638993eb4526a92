/** Who may speak to the server: pages that it served itself, to whoever was given its address. */
import { timingSafeEqual } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';

/** Cookies are not told apart by port, and several projects may be open. */
const cookieOf = (port: number): string => `deepflash-${port}`;

/** What a page must know to be let in. */
export interface Key {
  readonly token: string;
  readonly port: number;
}

export interface GuardOptions {
  /** The token and the port, once they are known. */
  readonly key: () => Key;
}

/**
 * Lets requests pass that name this server as their host, come from none of other pages, and bring the token: in the
 * address the first time, then in a cookie that no other page is sent, or as `Authorization: Bearer`.
 */
export function guard({ key }: GuardOptions): MiddlewareHandler {
  return async (context, next) => {
    const { token, port } = key();
    const hosts = ['127.0.0.1', 'localhost', '[::1]'].map((host) => `${host}:${port}`);
    const host = context.req.header('host');
    // Another name would be that of a page that had itself resolved to this computer.
    if (host === undefined || !hosts.includes(host)) {
      return context.json({ problem: 'This address is not that of the studio.' }, 403);
    }
    const origin = context.req.header('origin');
    if (origin !== undefined && !hosts.some((own) => origin === `http://${own}`)) {
      return context.json({ problem: 'Another page may not use the studio.' }, 403);
    }
    const inAddress = context.req.query('token');
    const given =
      inAddress ??
      getCookie(context, cookieOf(port)) ??
      /^Bearer (.+)$/.exec(context.req.header('authorization') ?? '')?.[1];
    if (given === undefined || !same(given, token)) {
      return context.json(
        { problem: 'Open the studio by the address that deepflash studio prints: it holds the key.' },
        401,
      );
    }
    await next();
    if (inAddress !== undefined) {
      setCookie(context, cookieOf(port), token, { httpOnly: true, sameSite: 'Strict', path: '/' });
    }
    context.header('X-Content-Type-Options', 'nosniff');
    context.header('Referrer-Policy', 'no-referrer');
    return undefined;
  };
}

function same(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
