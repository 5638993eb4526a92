/** A Slurm of one node for tests, where this computer can have it: see scripts/slurm.mjs. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type ClusterStatus, clusterStatus } from '../cluster/status.js';

const script = fileURLToPath(new URL('../../../../scripts/slurm.mjs', import.meta.url));

export interface TestSlurm {
  /** Whether there is one; where not, it was said why. */
  readonly isThere: boolean;
  stop(): Promise<void>;
}

/** Starts it for this process and those that it starts. Several can stand side by side. */
export async function startTestSlurm(folder: string): Promise<TestSlurm> {
  const where = join(folder, 'slurm');
  const { code, stdout, stderr } = await run('start', where);
  const isThere = code === 0;
  if (isThere) process.env.SLURM_CONF = JSON.parse(stdout).conf;
  else console.warn(`Tests of the cluster are skipped. ${stderr.trim()}`);
  return {
    isThere,
    async stop() {
      await run('stop', where);
    },
  };
}

/** Milliseconds between looks at the queue, each of which is a program of Slurm's. */
const LOOK = 400;

/** Waits until nothing of a submission waits or runs. */
export async function settled(out: string): Promise<ClusterStatus> {
  for (;;) {
    const status = await clusterStatus(out);
    if (status.counts.waiting + status.counts.running === 0) return status;
    await sleep(LOOK);
  }
}

function run(...args: string[]) {
  return new Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }>(
    (resolve, reject) => {
      const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
      let [stdout, stderr] = ['', ''];
      child.stdout.on('data', (text) => {
        stdout += text;
      });
      child.stderr.on('data', (text) => {
        stderr += text;
      });
      child.on('error', reject);
      child.on('close', (code) => resolve({ code, stdout, stderr }));
    },
  );
}
