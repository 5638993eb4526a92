/** Where a campaign takes place: a folder of its own, a Slurm of one node, and the built command. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { clusterStatus } from 'deepflash';

const cli = fileURLToPath(new URL('../../../packages/deepflash/dist/cli.js', import.meta.url));
const slurm = fileURLToPath(new URL('../../../scripts/slurm.mjs', import.meta.url));

/** What a command printed, and what it cost. */
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Seconds by the clock and of a processor, and the most megabytes. */
  readonly seconds: number;
  readonly processor: number;
  readonly peak: number;
}

export interface Place {
  at(...names: string[]): string;
  /** Runs a command; throws where it fails otherwise than by images that cannot be predicted. */
  deepflash(...args: string[]): Promise<Ran>;
  /** Runs a command, however it ends. */
  attempt(...args: string[]): Promise<Ran>;
  end(): void;
}

/** What every submission of a campaign asks for. */
export const SMALL = ['--cpus', '1', '--memory', '1800M', '--time', '120'];

/** Starts a Slurm; a sentence where this computer cannot have one. */
export function openPlace(): Place | string {
  const work = mkdtempSync(join(tmpdir(), 'deepflash-cluster-'));
  const at = (...names: string[]): string => join(work, ...names);
  const end = (): void => {
    spawnSync(process.execPath, [slurm, 'stop', at('slurm')]);
    rmSync(work, { recursive: true, force: true });
  };
  const started = spawnSync(process.execPath, [slurm, 'start', at('slurm')], { encoding: 'utf8' });
  if (started.status !== 0) {
    end();
    return started.stderr.trim();
  }
  process.env.SLURM_CONF = JSON.parse(started.stdout).conf;
  return {
    ...{ at, end },
    attempt: (...args) => run(args),
    async deepflash(...args) {
      const ran = await run(args);
      const isOne = ran.code === 1 && /could not be predicted/.test(ran.stderr);
      if (ran.code !== 0 && !isOne) throw new Error(`deepflash ${args.join(' ')}: ${ran.stderr}`);
      return ran;
    },
  };
}

async function run(args: readonly string[]): Promise<Ran> {
  const start = performance.now();
  const child = spawn(process.execPath, [cli, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr, peak, processor] = ['', '', 0, 0];
  child.stdout.on('data', (text) => {
    stdout += text;
  });
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  const watch = setInterval(() => {
    const [status, stat] = ['status', 'stat'].map((name) => readIfThere(`/proc/${child.pid}/${name}`));
    peak = Math.max(peak, Number(/VmHWM:\s+(\d+)/.exec(status ?? '')?.[1] ?? 0) / 1024);
    // User and system time in hundredths, the 14th and 15th field; the program's name may hold blanks.
    const times = stat?.split(') ').at(-1)?.split(' ').slice(11, 13) ?? [];
    processor = Math.max(
      processor,
      times.reduce((sum, ticks) => sum + Number(ticks) / 100, 0),
    );
  }, 100);
  const code = await new Promise<number>((resolve) => child.on('close', (status) => resolve(status ?? 1)));
  clearInterval(watch);
  return { code, stdout, stderr, peak, processor, seconds: (performance.now() - start) / 1000 };
}

function readIfThere(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

/** Waits until nothing of a submission waits or runs. */
export async function settled(folder: string): Promise<void> {
  await until(async () => {
    const { counts } = await clusterStatus(folder);
    return counts.waiting + counts.running === 0;
  });
}

/** Minutes after which it is clear that what is waited for will not come. */
const PATIENCE = 40;

/** Throws where it does not come to pass. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const start = performance.now();
  while (!(await isSo())) {
    if (performance.now() - start > 60_000 * PATIENCE) {
      throw new Error(`Waited ${PATIENCE} minutes in vain for: ${isSo}`);
    }
    await sleep(300);
  }
}

/** What is said of each task: `fold-1 done, fold-2 done (queued again 1 time), finish done`. */
export async function tasksInWords(folder: string): Promise<string> {
  const { tasks } = await clusterStatus(folder);
  return tasks
    .map(
      ({ name, state, restarts }) =>
        `${name} ${state}${restarts > 0 ? ` (queued again ${restarts} ${restarts === 1 ? 'time' : 'times'})` : ''}`,
    )
    .join(', ');
}
