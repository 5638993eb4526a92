/**
 * What the server tells while pages are open. A browser makes six connections to a server at most, for all of its tabs
 * together, and a stream holds one as long as it lasts: with a stream for each tab, strokes of the sixth would wait for
 * ever. So one tab listens, the one that holds a lock, and passes on what it hears; when it is closed the next takes over.
 */

/**
 * `open`: the server answers, and may have told meanwhile what nobody heard; `gone`: it does not answer; `change`: what is
 * in the project has changed; `progress`: a job is at work.
 */
export type News = 'open' | 'gone' | 'change' | 'progress';

/** Of the lock and of the channel between tabs, both of which are those of one server alone. */
const NAME = 'deepflash-events';

/** Milliseconds until a stream that broke off is asked for again. */
const AGAIN = 2000;

/** Returns what ends it. */
export function followServer(tell: (news: News) => void): () => void {
  const closed = new AbortController();
  const tabs = new BroadcastChannel(NAME);
  tabs.onmessage = ({ data }: MessageEvent<News>) => tell(data);
  const listen = (): Promise<void> =>
    new Promise((resolve) => {
      const close = openStream((news) => {
        tell(news);
        tabs.postMessage(news);
      });
      closed.signal.addEventListener('abort', () => {
        close();
        resolve();
      });
    });
  // Older browsers have no locks: there each tab listens. Refused where it is closed before its turn has come.
  if (!('locks' in navigator)) void listen();
  else navigator.locks.request(NAME, { signal: closed.signal }, listen).catch(() => undefined);
  return () => {
    closed.abort();
    tabs.close();
  };
}

function openStream(tell: (news: News) => void): () => void {
  let stream: EventSource;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const open = (): void => {
    stream = new EventSource('/api/events');
    stream.onopen = () => tell('open');
    for (const news of ['change', 'progress'] as const) stream.addEventListener(news, () => tell(news));
    // Browsers try again by themselves after some failures only: not when they are refused, as by a server with a new key.
    stream.onerror = () => {
      stream.close();
      tell('gone');
      timer = setTimeout(open, AGAIN);
    };
  };
  open();
  return () => {
    clearTimeout(timer);
    stream.close();
  };
}
