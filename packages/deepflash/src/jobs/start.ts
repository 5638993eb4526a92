import { type ChildProcess, fork } from 'node:child_process';
import { JobError, WorkError } from '../errors.js';
import type { RunEvent } from '../runs/events.js';
import type { JobReport, JobRequest } from './messages.js';
import type { TrainingPart } from './train-run.js';

/** A job that works in a process of its own: a crash of native code or a lack of memory ends that process alone. */
export interface Job {
  /** Rejects with a JobError for what the job itself reports, with a WorkError when its process dies. */
  readonly ended: Promise<'finished' | 'stopped'>;
  /** Asks for an end after the step in progress; the work so far is kept. */
  stop(): void;
  /** Ends the process at once; what was done since the last checkpoint is lost. */
  kill(): void;
}

/** Starts the training of a run that `beginRun` has made, or of a part of it. */
export function startTraining(run: string, onEvent: (event: RunEvent) => void, part?: TrainingPart): Job {
  // What the job prints goes to the error stream: the output belongs to the command's answer.
  const child = fork(new URL('./child.js', import.meta.url), { stdio: ['ignore', 2, 'inherit', 'ipc'] });
  let killed = false;
  const send = (request: JobRequest): void => {
    if (child.connected) child.send(request, () => undefined);
  };
  const ended = new Promise<'finished' | 'stopped'>((resolve, reject) => {
    child.on('message', (report: JobReport) => {
      if (report.kind === 'event') onEvent(report.event);
      else if (report.kind === 'ended') resolve(report.outcome);
      else reject(new JobError(report.failure, report.stack));
    });
    child.on('error', reject);
    child.on('exit', (code, signal) => (killed ? resolve('stopped') : reject(died(child, code, signal))));
  });
  send({ kind: 'train', run, part });
  return {
    ended,
    stop: () => send({ kind: 'stop' }),
    kill() {
      killed = true;
      child.kill('SIGKILL');
    },
  };
}

function died(child: ChildProcess, code: number | null, signal: NodeJS.Signals | null): WorkError {
  const how = signal === null ? `exit code ${code}` : `signal ${signal}`;
  return new WorkError(
    `The training process ${child.pid ?? ''} ended unexpectedly (${how}), perhaps for lack of memory. ` +
      'The same command goes on from the last checkpoint; if it ends so again, set a smaller batchSize or tileSize in a new run.',
  );
}
