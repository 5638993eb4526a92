import { availableParallelism, cpus, freemem, totalmem } from 'node:os';
import type { Command } from 'commander';
import { chooseDevice, type DeviceChoice } from '../devices/choose-device.js';
import { type DeviceProbe, probeDevice, remedies } from '../devices/probe.js';
import { DEVICES, type DeviceName } from '../devices/speed.js';
import { messageOf, WorkError } from '../errors.js';
import { softwareVersions } from '../runs/software.js';
import { checkWritable } from '../writable.js';
import { createVoice, newCommand } from './command.js';

/** The least memory with which the default training works comfortably, in GB. */
const ENOUGH_MEMORY = 4;
/** Below this, the versions of Node are too old. */
const OLDEST_NODE = [20, 19] as const;

/** What `deepflash doctor` finds. */
interface Diagnosis {
  readonly versions: Readonly<Record<string, string>>;
  readonly cpu: string;
  readonly cores: number;
  /** In GB. */
  readonly memory: { readonly total: number; readonly free: number };
  readonly devices: readonly ({ readonly device: DeviceName } & DeviceProbe)[];
  /** What a training takes where the device is left open; null where there is none. */
  readonly auto: DeviceChoice | null;
  /** Whether the current folder can be written. */
  readonly writable: boolean;
  /** What keeps deepflash from working here, or will slow it down; empty where all is well. */
  readonly problems: readonly string[];
}

export function doctorCommand(): Command {
  return newCommand(
    'doctor',
    'Look at this machine: versions, devices, speed, what is missing.',
    'deepflash doctor',
  ).action(async (options: { readonly json?: boolean }) => {
    const voice = createVoice(options);
    voice.say('Measuring the speed of this machine …');
    const { fatal, ...diagnosis } = await diagnose();
    voice.answer(diagnosis, lines(diagnosis));
    if (fatal) throw new WorkError('deepflash cannot work here until the problems above are solved.');
  });
}

async function diagnose(): Promise<Diagnosis & { readonly fatal: boolean }> {
  const versions = softwareVersions();
  const devices: ({ device: DeviceName } & DeviceProbe)[] = [];
  for (const device of DEVICES) devices.push({ device, ...(await probeDevice(device)) });
  const memory = { total: gigabytes(totalmem()), free: gigabytes(freemem()) };
  const problems: string[] = [];
  const cpu = devices.find(({ device }) => device === 'cpu');
  const fatal = cpu !== undefined && 'problem' in cpu;
  const probed = async (name: DeviceName): Promise<DeviceProbe> =>
    devices.find(({ device }) => device === name) ?? probeDevice(name);
  const auto = fatal ? null : await chooseDevice({ threads: null }, { probe: probed });
  if (cpu !== undefined && 'problem' in cpu) {
    problems.push(
      `ONNX Runtime does not work (${cpu.problem}): install deepflash again on a 64-bit system (Linux with glibc 2.28 or later, Windows 10 or later, macOS 13.4 or later).`,
    );
  }
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])) {
    problems.push(`Node ${process.version} is too old: install Node ${OLDEST_NODE.join('.')} or later.`);
  }
  if (memory.total < ENOUGH_MEMORY) {
    problems.push(
      `There are ${memory.total} GB of memory: set a smaller batchSize or tileSize for training.`,
    );
  }
  const denied = deniedFolder();
  if (denied !== undefined) problems.push(denied);
  return {
    versions,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memory,
    devices,
    auto,
    writable: denied === undefined,
    problems,
    fatal,
  };
}

function deniedFolder(): string | undefined {
  try {
    checkWritable('.');
    return undefined;
  } catch (error) {
    return `The current folder: ${messageOf(error)}`;
  }
}

function lines({ versions, cpu, cores, memory, devices, auto, writable, problems }: Diagnosis): string[] {
  const rows = [
    ...Object.entries(versions),
    ['processor', `${cpu}, ${cores} ${cores === 1 ? 'core' : 'cores'}`],
    ['memory', `${memory.total} GB, ${memory.free} GB free`],
    ...devices.map((probe) => [
      `device ${probe.device}`,
      'problem' in probe
        ? `not there: ${probe.problem}${probe.device === 'cpu' ? '' : `. ${remedies[probe.device]}.`}`
        : `${probe.gigaflops.toFixed(0)} GFLOP/s in a convolution`,
    ]),
    ...(auto === null ? [] : [['device auto', `${auto.device}. ${auto.reason}`]]),
    ['current folder', writable ? 'can be written' : 'cannot be written'],
  ] as const;
  const width = Math.max(...rows.map(([name = '']) => name.length));
  return [
    ...rows.map(([name = '', value = '']) => `${name.padEnd(width)}  ${value}`),
    '',
    ...(problems.length === 0 ? ['All is well.'] : problems.map((problem) => `Problem: ${problem}`)),
  ];
}

function gigabytes(bytes: number): number {
  return Math.round(bytes / 1e8) / 10;
}
