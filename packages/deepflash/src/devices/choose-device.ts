/**
 * Which device a training runs on where the settings leave it to deepflash: each one that is there trains a small
 * network for a few steps, and the fastest is taken. A graphics card counts only where it is clearly faster, since the
 * processor's results repeat bit for bit.
 */
import type { Settings } from '@deepflash/segmentation';
import { type Measurement, measureTraining } from '../networks/measure.js';
import { missingHardware } from './hardware.js';
import { type DeviceProbe, probeDevice, requireDevice } from './probe.js';
import { DEVICES, type DeviceName } from './speed.js';

/** A device with the reason for it, a sentence. */
export interface DeviceChoice {
  readonly device: DeviceName;
  readonly reason: string;
}

/** How devices are looked at, to be replaced where other machines are to be imagined. */
export interface Looking {
  readonly probe: (device: DeviceName) => Promise<DeviceProbe>;
  readonly measure: (device: DeviceName) => Promise<Measurement>;
}

/** The fastest device of this machine for a training. Where there is no other, no time is spent. */
export async function chooseDevice(
  settings: Pick<Settings, 'threads'>,
  replaced: Partial<Looking> = {},
): Promise<DeviceChoice> {
  const looking: Looking = { ...here(settings), ...replaced };
  const others = DEVICES.filter((device) => device !== 'cpu');
  const there: { readonly device: DeviceName; readonly gigaflops: number }[] = [];
  const absent: string[] = [];
  for (const device of others) {
    const probe = await looking.probe(device);
    if ('problem' in probe) absent.push(`${device}: ${probe.problem}`);
    else there.push({ device, ...probe });
  }
  if (there.length === 0) {
    return { device: 'cpu', reason: `The processor is all there is (${absent.join('; ')}).` };
  }
  const cpu = await looking.probe('cpu');
  const found: string[] = [];
  const worth = there.filter(({ device, gigaflops }) => {
    const slower = !('problem' in cpu) && gigaflops < SLOWEST_WORTH_TRYING * cpu.gigaflops;
    if (slower) found.push(`${device} does ${gigaflops.toFixed(0)} GFLOP/s in a convolution`);
    return !slower;
  });
  if (worth.length === 0 && !('problem' in cpu)) {
    return {
      device: 'cpu',
      reason: `The processor does ${cpu.gigaflops.toFixed(0)} GFLOP/s in a convolution, ${found.join(', ')}.`,
    };
  }
  return fastest(['cpu', ...worth.map(({ device }) => device)], looking);
}

/** The settings with a device that is there, and the reason for one that was left open. */
export async function settleDevice(settings: Settings): Promise<{
  readonly settings: Settings;
  readonly reasons: { readonly device?: string };
}> {
  if (settings.device !== 'auto') {
    await requireDevice(settings.device);
    return { settings, reasons: {} };
  }
  const { device, reason } = await chooseDevice(settings);
  return { settings: { ...settings, device }, reasons: { device: reason } };
}

/** A device with a fraction of the processor's speed in a convolution, such as an imitated one, is not timed. */
const SLOWEST_WORTH_TRYING = 0.5;
/** What a step on a graphics card may take of the processor's time. */
const CLEARLY_FASTER = 0.8;

async function fastest(devices: readonly DeviceName[], looking: Looking): Promise<DeviceChoice> {
  const told: string[] = [];
  let best: DeviceChoice & { readonly seconds: number } = {
    device: 'cpu',
    reason: '',
    seconds: Number.POSITIVE_INFINITY,
  };
  for (const device of devices) {
    const measured = await looking.measure(device);
    if ('problem' in measured) {
      told.push(`none on ${device} (${measured.problem})`);
      continue;
    }
    const { secondsPerStep: seconds } = measured;
    told.push(`${seconds.toPrecision(2)} s on ${device}`);
    const limit = best.device === 'cpu' && device !== 'cpu' ? CLEARLY_FASTER * best.seconds : best.seconds;
    if (seconds < limit) best = { device, reason: '', seconds };
  }
  return { device: best.device, reason: `A step of a small network takes ${told.join(', ')}.` };
}

/** Seconds for a device's few steps with their start. */
const LIMIT = 90;

function here({ threads }: Pick<Settings, 'threads'>): Looking {
  const small = {
    ...({ architecture: 'Unet', encoder: 'resnet18' } as const),
    ...{ batchSize: 4, tileSize: 128, channels: 1, classes: 2 },
    ...(threads === null ? {} : { threads }),
  };
  return {
    async probe(device) {
      const problem = missingHardware(device);
      return problem === undefined ? probeDevice(device) : { problem };
    },
    measure: (device) => measureTraining({ ...small, device }, LIMIT),
  };
}
