import { fork } from 'node:child_process';
import { UsageError } from '../errors.js';
import type { DeviceName } from './speed.js';

/** What a device can do here, or why it cannot be used. */
export type DeviceProbe = { readonly gigaflops: number } | { readonly problem: string };

/** Tries a device with one convolution. */
export function probeDevice(device: DeviceName): Promise<DeviceProbe> {
  return new Promise((resolve) => {
    const child = fork(new URL('./probe-child.js', import.meta.url), [device], {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    child.on('message', (probe: DeviceProbe) => resolve('problem' in probe ? plain(device, probe) : probe));
    child.on('error', (error) => resolve({ problem: error.message }));
    child.on('exit', (code, signal) =>
      resolve({ problem: `trying it ended the process (${signal ?? `exit code ${code}`})` }),
    );
  });
}

/** Throws a UsageError when a device that was asked for is not there. */
export async function requireDevice(device: DeviceName | 'auto'): Promise<void> {
  if (device === 'auto' || device === 'cpu') return;
  const probe = await probeDevice(device);
  if (!('problem' in probe)) return;
  throw new UsageError(
    `The device ${device} cannot be used here: ${probe.problem}; set device to auto or cpu.`,
  );
}

/** Says in a few words what ONNX Runtime says in many. */
function plain(device: DeviceName, { problem }: { readonly problem: string }): DeviceProbe {
  if (device === 'cuda' && /load|find|shared library/i.test(problem)) {
    return { problem: 'ONNX Runtime for CUDA is not installed' };
  }
  if (device === 'webgpu' && /adapter/i.test(problem))
    return { problem: 'no graphics card that WebGPU can use was found' };
  return { problem: problem.split('\n')[0] ?? problem };
}
