/** A worker of one part of the page, and what it says. */
import { useCallback, useEffect, useRef } from 'react';
import type { Reply, Request } from './messages.ts';

export interface WorkerHandle {
  send(request: Request): void;
  /** Ends what it is at, whatever that is; the next request starts another one. */
  end(): void;
}

/** Starts the worker with the first request. `onReply` may be another function each time. */
export function useWorker(onReply: (reply: Reply) => void): WorkerHandle {
  const worker = useRef<Worker | null>(null);
  const listener = useRef(onReply);
  listener.current = onReply;
  const end = useCallback(() => {
    worker.current?.terminate();
    worker.current = null;
  }, []);
  useEffect(() => end, [end]);
  const send = useCallback((request: Request) => {
    if (worker.current === null) {
      const started = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
      started.onmessage = ({ data }: MessageEvent<Reply>) => listener.current(data);
      started.onerror = ({ message }) =>
        listener.current({
          kind: 'failed',
          message: `The page's worker has ended${message ? ` (${message})` : ''}: load the page again.`,
        });
      worker.current = started;
    }
    worker.current.postMessage(request);
  }, []);
  return { send, end };
}

/** Where the files of ONNX Runtime lie: beside the page. */
export const ORT_FOLDER = new URL('ort/', document.baseURI).href;
