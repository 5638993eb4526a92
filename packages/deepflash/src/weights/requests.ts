/** HTTP requests as downloads need them: redirects followed by hand, secrets for one host only, no endless silence. */

/** The server's answer is final, or nobody answers: trying again at once will not help. */
export class DownloadError extends Error {
  override readonly name = 'DownloadError';
  readonly kind: 'missing' | 'refused' | 'offline' | 'failed' | 'damaged';
  readonly url: string;

  /** @param problem what happened, to go into a sentence: `the server answered 404` */
  constructor(kind: DownloadError['kind'], url: string, problem: string) {
    super(problem);
    this.kind = kind;
    this.url = url;
  }
}

/** Something that may be over when it is tried again. */
export class PassingError extends Error {
  override readonly name = 'PassingError';
  /** Seconds to wait that the server asks for. */
  readonly retryAfter: number;
  /** No server was reached at all. */
  readonly unreachable: boolean;

  constructor(problem: string, { retryAfter = 0, unreachable = false } = {}) {
    super(problem);
    this.retryAfter = retryAfter;
    this.unreachable = unreachable;
  }
}

export interface Request {
  readonly method: 'GET' | 'HEAD';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent as bearer to the host of `url` and to no other. */
  readonly token?: string | undefined;
  readonly signal: AbortSignal;
  /** Told of every answer on the way; true ends the way there. */
  readonly onHop?: (response: Response) => boolean;
}

const MOST_REDIRECTS = 8;

/**
 * Sends a request and follows its redirects. A token goes to the first host only, and nothing goes from https to http.
 *
 * @throws PassingError, DownloadError by the status.
 */
export async function send(request: Request): Promise<Response> {
  const { method, headers, token, signal } = request;
  const first = new URL(request.url);
  let url = first;
  for (let hop = 0; hop <= MOST_REDIRECTS; hop++) {
    const known = token !== undefined && url.origin === first.origin;
    const response = await answered(url, {
      method,
      headers: { ...headers, ...(known ? { authorization: `Bearer ${token}` } : {}) },
      redirect: 'manual',
      signal,
    });
    if (request.onHop?.(response)) return response;
    const location = isRedirect(response) ? response.headers.get('location') : null;
    if (location === null) {
      if (!response.ok) await response.body?.cancel();
      checkStatus(response, url, first);
      return response;
    }
    await response.body?.cancel();
    const next = new URL(location, url);
    const safe = next.protocol === 'https:' || (next.protocol === 'http:' && url.protocol === 'http:');
    if (!safe) throw new DownloadError('failed', url.href, `${url.host} redirects to an unsafe address`);
    url = next;
  }
  throw new DownloadError('failed', first.href, `${first.host} redirects in circles`);
}

function isRedirect({ status }: Response): boolean {
  return [301, 302, 303, 307, 308].includes(status);
}

async function answered(url: URL, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    const code = causeCode(error);
    const unreachable = /^(ENOTFOUND|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH|ECONNREFUSED|UND_ERR_CONNECT)/.test(
      code,
    );
    throw new PassingError(`${url.host} cannot be reached (${code})`, { unreachable });
  }
}

/** The operating system's word for why a request failed. */
export function causeCode(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (cause instanceof AggregateError && cause.errors.length > 0)
    return causeCode({ ...error, cause: cause.errors[0] });
  if (cause instanceof Error && 'code' in cause) return String(cause.code);
  return cause instanceof Error ? cause.message : error.message;
}

function checkStatus({ status, headers }: Response, url: URL, first: URL): void {
  if (status === 200 || status === 206) return;
  const problem = `${url.host} answered ${status}`;
  if (status === 404 || status === 410) throw new DownloadError('missing', first.href, problem);
  // The addresses to which the hub redirects are valid for a while only, so a refusal there is over with a new one.
  if (status === 401 || status === 403) {
    if (url.origin === first.origin) throw new DownloadError('refused', first.href, problem);
    throw new PassingError(problem);
  }
  if ([408, 416, 425, 429].includes(status) || status >= 500) {
    throw new PassingError(problem, { retryAfter: Math.min(60, Number(headers.get('retry-after')) || 0) });
  }
  throw new DownloadError('failed', first.href, problem);
}
