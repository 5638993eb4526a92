/** The batch script of a submission: a text that people read, change and submit by hand as well. */
import type { Resources } from './resources.js';

export interface BatchScript {
  /** What the work is, in one line. */
  readonly about: string;
  /** The name that squeue shows. */
  readonly name: string;
  readonly resources: Resources;
  /** The array, such as `1-3` or `2,7`; undefined for a single job. */
  readonly array?: string | undefined;
  /** Where relative paths begin. */
  readonly workingFolder: string;
  /** The folder that is worked on, which must be there on the machine of the task. */
  readonly folder: string;
  /** The file for what a task prints, in Slurm's pattern. */
  readonly log: string;
  /** Lines that make programs known, such as `module load`. */
  readonly setup: string;
  /** The words of the command; `$SLURM_ARRAY_TASK_ID` stays open. */
  readonly command: readonly string[];
}

/** Seconds before the time limit at which a task is told to stop; less where the whole time is short. */
const NOTICE = 120;
const SHARE = 0.25;

/** Writes the script. */
export function batchScript(script: BatchScript): string {
  const { about, resources, array, workingFolder, folder, setup, command } = script;
  const { partition, account, gpus, cpus, memory, minutes, arrayLimit } = resources;
  const notice = Math.min(NOTICE, Math.floor(SHARE * 60 * (minutes ?? NOTICE)));
  const options = [
    `--job-name=${script.name}`,
    ...(array === undefined ? [] : [`--array=${array}${arrayLimit === undefined ? '' : `%${arrayLimit}`}`]),
    ...(partition === undefined ? [] : [`--partition=${partition}`]),
    ...(account === undefined ? [] : [`--account=${account}`]),
    '--nodes=1',
    '--ntasks=1',
    `--cpus-per-task=${cpus}`,
    ...(gpus === undefined ? [] : [`--gpus-per-task=${gpus}`]),
    `--mem=${memory}M`,
    ...(minutes === undefined ? [] : [`--time=${minutes}`]),
    '--requeue',
    `--signal=B:USR1@${notice}`,
    '--open-mode=append',
    `--chdir=${inOption(workingFolder)}`,
    `--output=${inOption(script.log)}`,
  ];
  return `#!/bin/bash
# ${about}
# Made by deepflash. It may be changed and submitted by hand: every task goes on from what lies in the folder.
${options.map((option) => `#SBATCH ${option}\n`).join('')}
folder=${quoted(folder)}
if [ ! -e "$folder/cluster" ]; then
  echo "$(hostname) does not see $folder: put it on a disk that the machines of the cluster share." >&2
  exit 1
fi
${setup.trim() === '' ? '' : `\n# From --setup\n${setup.trim()}\n`}
# Slurm sends USR1 ${notice} seconds before the time limit: the task then keeps what it has done, ends with 130, and is queued
# again. One that has not got on in all its time ends with 1, and is not. What was preempted, or whose machine was lost, is
# queued again by Slurm itself (--requeue).
at_limit=
trap 'at_limit=yes; kill -USR2 "$task" 2>/dev/null' USR1
# What this shell itself says of a task that ends, in words of its own, stays out of the log.
exec 3>&2 2>/dev/null
${command.map((part) => (part.startsWith('fold-$') || part.startsWith('shard-$') ? `"${part}"` : quoted(part))).join(' ')} 2>&3 3>&- &
task=$!
# The signal interrupts the waiting, so that is done until the task has ended.
while wait "$task"; code=$?; kill -0 "$task"; do :; done
exec 2>&3
if [ -n "$at_limit" ]; then
  wait "$task"
  code=$?
fi
if [ "$code" = 137 ]; then
  echo 'It was killed, as a system does that lacks memory: submit again, with more --memory if that was so.' >&2
fi
if [ "$code" = 130 ] && [ -n "$at_limit" ]; then
  # The number of an array's last task is that of the whole array, so a task is named as one of it.
  scontrol requeue "\${SLURM_ARRAY_JOB_ID:-$SLURM_JOB_ID}\${SLURM_ARRAY_TASK_ID:+_$SLURM_ARRAY_TASK_ID}"
fi
exit "$code"
`;
}

/** A word of a shell's command. */
export function quoted(text: string): string {
  return /^[\w./:=@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** A value of a line of options, which sbatch splits at blanks; a # begins a comment there, and quotes are quotes. */
function inOption(text: string): string {
  return `"${text.replaceAll(/[\\"]/g, '\\$&')}"`;
}

/** A path for the name of a log, in which Slurm takes % with a letter for something else. */
export function inLogName(path: string): string {
  return path.replaceAll('%', '%%');
}
