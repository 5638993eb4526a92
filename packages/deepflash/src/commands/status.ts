import type { Command } from 'commander';
import { type ClusterStatus, cancelCluster, clusterStatus, type TaskStatus } from '../cluster/status.js';
import { refuseNewerRun } from '../runs/run.js';
import { createVoice, newCommand } from './command.js';

export function statusCommand(): Command {
  return newCommand(
    'status',
    'Tell how the tasks are that were submitted to a cluster, or cancel them.',
    'deepflash status runs/first\n  deepflash status runs/first --cancel',
  )
    .argument('<folder>', 'the --out of deepflash submit')
    .option('--cancel', 'cancel what waits or runs; what was done is kept')
    .option('--all', 'list every task, also of many')
    .action(async (folder: string, options: StatusOptions) => {
      const voice = createVoice(options);
      await refuseNewerRun(folder);
      const cancelled = options.cancel ? await cancelCluster(folder) : undefined;
      const status = await clusterStatus(folder);
      voice.answer({ ...status, ...(cancelled === undefined ? {} : { cancelled }) }, [
        ...(cancelled === undefined
          ? []
          : [`Asked Slurm to cancel ${cancelled} ${cancelled === 1 ? 'task' : 'tasks'}.`]),
        ...statusLines(status, options.all ? Number.POSITIVE_INFINITY : MOST_LISTED),
      ]);
    });
}

interface StatusOptions {
  readonly json?: boolean;
  readonly cancel?: boolean;
  readonly all?: boolean;
}

/** Of so many tasks each is told; of more, those that are not done. */
const MOST_LISTED = 30;

function statusLines({ tasks, counts }: ClusterStatus, most: number): string[] {
  const summary = Object.entries(counts).flatMap(([state, count]) =>
    count === 0 ? [] : [`${count} ${state}`],
  );
  // What failed comes first where not all are listed.
  const told =
    tasks.length <= most
      ? tasks
      : tasks
          .filter(({ state }) => state !== 'done')
          .sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state));
  const shown = told.slice(0, most);
  const more = told.length - shown.length;
  const width = shown.reduce((longest, { name }) => Math.max(longest, name.length), 0);
  return [
    ...shown.map((task) => taskLine(task, width)),
    ...(more > 0 ? [`… and ${more} more; --all lists them`] : []),
    summary.join(', '),
  ];
}

const ORDER = ['failed', 'cancelled', 'running', 'waiting', 'done'];

function taskLine(
  { name, state, reason, job, host, progress, restarts, log }: TaskStatus,
  width: number,
): string {
  const facts = [
    ...(progress === null ? [] : [`${progress.done}/${progress.total} ${progress.what}`]),
    ...(host === null || state === 'waiting' ? [] : [`on ${host}`]),
    ...(job === null ? [] : [`job ${job}`]),
    ...(restarts === 0 ? [] : [`queued again ${restarts} ${restarts === 1 ? 'time' : 'times'}`]),
    ...(log === null || state !== 'failed' ? [] : [`log ${log}`]),
  ];
  const because = reason === null ? '' : `: ${reason}`;
  return `${name.padEnd(width)}  ${state}${because}${facts.length === 0 ? '' : `  (${facts.join(', ')})`}`;
}
