import { fork } from 'node:child_process';
import { UsageError } from '../errors.js';
import { NO_CARD, NO_CUDA } from './hardware.js';
import type { DeviceName } from './speed.js';

/** What a device can do here, or why it cannot be used. */
export type DeviceProbe = { readonly gigaflops: number } | { readonly problem: string };

/** Seconds after which a device is taken to be of no use; a graphics card that the processor imitates takes long. */
const LIMIT = 60;

/** Tries a device with one convolution. */
export function probeDevice(device: DeviceName): Promise<DeviceProbe> {
  return new Promise((resolve) => {
    const child = fork(new URL('./probe-child.js', import.meta.url), [device], {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      // A signal that no driver's thread can hold up.
      ...{ timeout: 1000 * LIMIT, killSignal: 'SIGKILL' },
    });
    child.on('message', (probe: DeviceProbe) => resolve('problem' in probe ? plain(device, probe) : probe));
    child.on('error', (error) => resolve({ problem: error.message }));
    child.on('exit', (code, signal) =>
      resolve({
        problem:
          signal === 'SIGKILL'
            ? `it did not finish a convolution within ${LIMIT} seconds`
            : `trying it ended the process (${signal ?? `exit code ${code}`})`,
      }),
    );
  });
}

/** Throws a UsageError when a device that was asked for is not there. */
export async function requireDevice(device: DeviceName | 'auto'): Promise<void> {
  if (device === 'auto' || device === 'cpu') return;
  const probe = await probeDevice(device);
  if (!('problem' in probe)) return;
  throw new UsageError(
    `The device ${device} cannot be used here: ${probe.problem}. ${remedies[device]}, or set device to auto or cpu.`,
  );
}

/** What makes a device usable, a sentence that can go on. */
export const remedies: Readonly<Record<Exclude<DeviceName, 'cpu'>, string>> = {
  webgpu:
    'Update the driver of the graphics card (on Linux also its Vulkan driver, in Docker with the card passed in)',
  cuda:
    process.platform === 'linux' && process.arch === 'x64'
      ? 'Install the driver of the NVIDIA card, CUDA 12 and cuDNN 9, and then the CUDA files of ONNX Runtime with ' +
        '`npm rebuild onnxruntime-node --onnxruntime-node-install=cuda12`'
      : 'CUDA works on 64-bit Linux with a card of NVIDIA; elsewhere set device to webgpu, which uses any card',
};

/** Says in a few words what ONNX Runtime says in many. */
function plain(device: DeviceName, { problem }: { readonly problem: string }): DeviceProbe {
  if (device === 'cuda' && /load|find|shared library/i.test(problem)) {
    return { problem: NO_CUDA };
  }
  if (device === 'webgpu' && /adapter/i.test(problem)) return { problem: NO_CARD };
  return { problem: problem.split('\n')[0] ?? problem };
}
