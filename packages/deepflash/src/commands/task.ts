import { Command } from 'commander';
import { runTask, TimeLimitError } from '../cluster/run-task.js';
import { FINISH } from '../cluster/submission.js';
import { WorkError } from '../errors.js';
import { onInterrupt } from '../terminal/interrupt.js';
import { runProgram } from './run-program.js';

/**
 * Runs `deepflash task …`, which batch scripts call. It loads what a task needs and no more: a thousand tasks read the
 * program from the same disk.
 */
export function taskMain(args: readonly string[]): Promise<number> {
  return runProgram(new Command('deepflash').exitOverride().addCommand(taskCommand()), args);
}

function taskCommand(): Command {
  return new Command('task')
    .description('Do one task of what was submitted to a cluster, as its batch script does.')
    .argument('<folder>', 'the --out of deepflash submit')
    .argument('<task>', 'fold-1, shard-1 or finish')
    .exitOverride()
    .action(async (folder: string, task: string) => {
      const stopping = new AbortController();
      const release = onInterrupt(
        () => stopping.abort(),
        () => process.exit(130),
      );
      // From the batch script, before Slurm would end the task.
      const atLimit = (): void => stopping.abort(new TimeLimitError('The time limit is near.'));
      process.on('SIGUSR2', atLimit);
      try {
        const notice = await runTask(folder, task, stopping.signal);
        if (notice === undefined) return;
        if (task === FINISH) throw new WorkError(notice);
        process.stderr.write(`${notice}\n`);
      } finally {
        process.off('SIGUSR2', atLimit);
        release();
      }
    });
}
