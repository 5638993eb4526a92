import type { HubFile } from '@deepflash/segmentation';
import type { DownloadProgress } from '../weights/download.js';
import type { Progress } from './progress.js';

const MEGABYTE = 1e6;

/** Shows a download in megabytes, with the time that is left at the speed so far. */
export function downloadProgress(progress: Progress): (file: HubFile, state: DownloadProgress) => void {
  let began: { readonly time: number; readonly done: number } | undefined;
  return ({ repository }, { done, total }) => {
    began ??= { time: performance.now(), done };
    const seconds = (performance.now() - began.time) / 1000;
    const speed = seconds > 1 ? (done - began.done) / seconds : 0;
    const all = Math.max(1, Math.ceil((total ?? done) / MEGABYTE));
    const isThere = total !== null && done >= total;
    progress.update({
      label: `Downloading ${repository}`,
      // All of it only when all is there: each time it is said is a line in a log.
      done: isThere ? all : Math.min(Math.floor(done / MEGABYTE), all - 1),
      total: all,
      details: ['MB'],
      ...(total !== null && speed > 0 ? { secondsLeft: (total - done) / speed } : {}),
    });
    if (isThere) progress.end();
  };
}
