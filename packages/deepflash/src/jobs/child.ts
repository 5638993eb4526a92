/** The process of a job: works on what its parent asks for, and ends when the parent does. */
import { explain, messageOf } from '../errors.js';
import type { JobReport, JobRequest } from './messages.js';
import { trainRun } from './train-run.js';

const stopping = new AbortController();
let answered = false;

process.on('message', (request: JobRequest) => {
  if (request.kind === 'stop') stopping.abort();
  else void work(request);
});
// Nobody is left to tell: what was written so far is whole, and the same command goes on from it.
process.on('disconnect', () => process.exit(answered ? 0 : 1));
// A terminal sends Ctrl-C to this process as well; the parent decides what it means.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => stopping.abort());

async function work({ run, part }: Extract<JobRequest, { kind: 'train' }>): Promise<void> {
  try {
    const onEvent = (event: Extract<JobReport, { kind: 'event' }>['event']): void =>
      tell({ kind: 'event', event });
    tell({ kind: 'ended', outcome: await trainRun({ run, part, signal: stopping.signal, onEvent }) });
  } catch (error) {
    const stack = error instanceof Error ? (error.stack ?? '') : messageOf(error);
    tell({ kind: 'failed', failure: explain(error), stack });
  }
}

function tell(report: JobReport): void {
  process.send?.(report, undefined, undefined, () => {
    if (report.kind === 'event') return;
    answered = true;
    process.disconnect();
  });
}
