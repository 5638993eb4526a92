/** The options that say what is asked of Slurm. */
import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import type { GivenResources } from '../cluster/resources.js';
import { messageOf, UsageError } from '../errors.js';

export interface ClusterOptions extends GivenResources {
  readonly setup?: string;
}

/** Adds the options to a command that submits. */
export function addClusterOptions(command: Command): Command {
  return command
    .option('--partition <name>', "part of the cluster; default: Slurm's")
    .option('--account <name>', 'account that the time is counted on')
    .option('--gpus <number>', 'graphics cards of each task, such as 1 or a100:1; set --device as well')
    .option('--cpus <number>', 'processor cores of each task; default: threads, else 4')
    .option('--memory <size>', 'memory of each task, such as 16G; default: by an estimate')
    .option(
      '--time <limit>',
      'longest time of each task, such as 12:00:00; default: by an estimate (the point in time of images is --set time=1)',
    )
    .option('--array-limit <number>', 'so many tasks at the same time at most')
    .option('--setup <file>', 'file of shell lines that each task begins with, such as module load');
}

/** The lines of `--setup`. Throws a UsageError for a file that cannot be read. */
export async function setupLines({ setup }: ClusterOptions): Promise<string> {
  if (setup === undefined) return '';
  try {
    return await readFile(setup, 'utf8');
  } catch (error) {
    throw new UsageError(`--setup ${setup} cannot be read (${messageOf(error)}): check the path.`);
  }
}
