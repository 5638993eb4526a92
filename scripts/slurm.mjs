// `node scripts/slurm.mjs start|stop [FOLDER]`: a Slurm of one node on this computer, for tests.
//
// It needs Debian's slurm-wlm and munge, and root; no cgroups, no accounting, no system service. Everything lies in one
// folder (by default `deepflash-slurm` under the temporary one) and listens on free ports of 127.0.0.1, so several can
// stand side by side. `start` prints {"folder", "conf"} as JSON: programs find that Slurm by SLURM_CONF=conf. Exit codes:
// 0, 1 where it did not start, 3 where this computer cannot have it; the reason is on the error stream.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const PROGRAMS = ['munged', 'slurmctld', 'slurmd', 'sinfo'];
/** Processors that the node claims, more than it may have: the tests are about order, not speed. */
const CPUS = 8;
const MEMORY_MB = 16_000;
const PATIENCE = 30;
const NODE = 'test1';

async function main([action, where]) {
  const folder = resolve(where ?? join(tmpdir(), 'deepflash-slurm'));
  if (action === 'start') return start(folder);
  if (action === 'stop') return stop(folder);
  say('Usage: node scripts/slurm.mjs start|stop [FOLDER]');
  return 2;
}

async function start(folder) {
  const obstacle = obstacleHere();
  if (obstacle !== undefined) {
    say(`No Slurm here: ${obstacle}.`);
    return 3;
  }
  if (existsSync(folder)) await stop(folder);
  for (const name of ['', 'state', 'spool']) mkdirSync(join(folder, name), { recursive: true });
  // munged refuses a key that others may read.
  chmodSync(folder, 0o755);
  const socket = join(folder, 'munge.socket');
  const conf = join(folder, 'slurm.conf');
  writeFileSync(join(folder, 'munge.key'), randomBytes(128), { mode: 0o600 });
  const [controller, daemon] = [await freePort(), await freePort()];
  writeFileSync(conf, configuration({ folder, socket, controller, daemon }));
  const env = { ...process.env, SLURM_CONF: conf };
  const file = (name) => join(folder, name);
  daemonise(folder, 'munged', [
    '--foreground',
    '--force',
    `--key-file=${file('munge.key')}`,
    `--socket=${socket}`,
    `--pid-file=${file('munged.pid')}`,
    `--seed-file=${file('munged.seed')}`,
    `--log-file=${file('munged.log')}`,
  ]);
  if (!(await until(() => existsSync(socket)))) return failed(folder, 'munged');
  daemonise(folder, 'slurmctld', ['-D', '-i', '-f', conf], env);
  daemonise(folder, 'slurmd', ['-D', '-N', NODE, '-f', conf], env);
  const isReady = () =>
    spawnSync('sinfo', ['--noheader', '--partition=main', '--format=%T'], {
      env,
      encoding: 'utf8',
    }).stdout?.trim() === 'idle';
  if (!(await until(isReady))) return failed(folder, 'slurmctld');
  process.stdout.write(`${JSON.stringify({ folder, conf })}\n`);
  return 0;
}

/** Ends the daemons by the numbers that `start` noted, jobs first. */
async function stop(folder) {
  const conf = join(folder, 'slurm.conf');
  if (!existsSync(conf)) return 0;
  const env = { ...process.env, SLURM_CONF: conf };
  spawnSync('scancel', ['--user', 'root'], { env, timeout: 5000 });
  const left = () => spawnSync('squeue', ['--noheader'], { env, encoding: 'utf8', timeout: 5000 }).stdout;
  await until(() => !left());
  const numbers = ['slurmd', 'slurmctld', 'munged'].map((name) => numberOf(folder, name));
  for (const [index, number] of numbers.entries()) {
    if (number !== undefined && isRunning(number)) process.kill(number, index === 2 ? 'SIGTERM' : 'SIGINT');
  }
  await until(() => numbers.every((number) => number === undefined || !isRunning(number)));
  for (const number of numbers)
    if (number !== undefined && isRunning(number)) process.kill(number, 'SIGKILL');
  rmSync(folder, { recursive: true, force: true });
  return 0;
}

function configuration({ folder, socket, controller, daemon }) {
  return `# Made by scripts/slurm.mjs
ClusterName=deepflash-test
SlurmctldHost=${hostname()}(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
# A requeued job waits until its credential has expired, usually for two minutes; Slurm takes no less than 5 seconds.
AuthInfo=socket=${socket},cred_expire=5
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
SwitchType=switch/none
MpiDefault=none
ReturnToService=2
KillWait=3
MinJobAge=600
MaxArraySize=20001
MaxJobCount=50000
SchedulerParameters=batch_sched_delay=0,sched_min_interval=0,sched_interval=1
SlurmdParameters=config_overrides
StateSaveLocation=${folder}/state
SlurmdSpoolDir=${folder}/spool
SlurmctldPidFile=${folder}/slurmctld-own.pid
SlurmdPidFile=${folder}/slurmd-own.pid
SlurmctldLogFile=${folder}/slurmctld.log
SlurmdLogFile=${folder}/slurmd.log
SlurmctldPort=${controller}
SlurmdPort=${daemon}
NodeName=${NODE} NodeHostname=${hostname()} NodeAddr=127.0.0.1 CPUs=${CPUS} RealMemory=${MEMORY_MB} State=UNKNOWN
NodeName=far1 NodeHostname=far-away NodeAddr=127.0.0.2 CPUs=8 RealMemory=${MEMORY_MB} State=DOWN
PartitionName=main Nodes=${NODE} Default=YES MaxTime=7-00:00:00 State=UP
PartitionName=asleep Nodes=${NODE} MaxTime=7-00:00:00 State=DOWN
PartitionName=far Nodes=far1 MaxTime=7-00:00:00 State=UP
`;
}

/** Why there can be none, or undefined. */
function obstacleHere() {
  if (process.platform !== 'linux') return 'it is for Linux';
  if (process.getuid?.() !== 0) return 'it needs root';
  const missing = PROGRAMS.filter((name) => !isInstalled(name));
  return missing.length === 0
    ? undefined
    : `${missing.join(', ')} not found (apt-get install slurm-wlm munge)`;
}

function isInstalled(program) {
  const { status, error } = spawnSync(program, ['--version'], { stdio: 'ignore' });
  return error === undefined && status !== 127 && execFileSync('which', [program]).length > 0;
}

/** Starts a program that outlives this one, and notes its number. */
function daemonise(folder, name, args, env = process.env) {
  const out = openSync(join(folder, `${name}.out`), 'a');
  const child = spawn(name, args, { detached: true, stdio: ['ignore', out, out], env });
  child.on('error', () => undefined);
  writeFileSync(join(folder, `${name}.pid`), `${child.pid}\n`);
  child.unref();
}

function numberOf(folder, name) {
  const file = join(folder, `${name}.pid`);
  const number = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
  return Number.isInteger(number) && number > 0 ? number : undefined;
}

function isRunning(number) {
  try {
    // A later process of the same number is none of ours.
    return /munged|slurmctld|slurmd/.test(readFileSync(`/proc/${number}/cmdline`, 'utf8'));
  } catch {
    return false;
  }
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

async function until(isSo) {
  for (let tries = 0; tries < PATIENCE * 10; tries++) {
    if (isSo()) return true;
    await sleep(100);
  }
  return false;
}

async function failed(folder, name) {
  const log = ['log', 'out']
    .map((ending) => join(folder, `${name}.${ending}`))
    .filter((file) => existsSync(file));
  const words = log
    .map((file) => readFileSync(file, 'utf8').trim().split('\n').slice(-5).join('\n'))
    .join('\n');
  await stop(folder);
  say(`${name} did not start:\n${words}`);
  return 1;
}

function say(text) {
  process.stderr.write(`${text}\n`);
}

process.exitCode = await main(process.argv.slice(2));
