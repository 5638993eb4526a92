/** What can be told of a device by looking at files, before a process is started to try it. */
import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { DeviceName } from './speed.js';

/** Why a device cannot be there; undefined where that has to be tried. */
export function missingHardware(device: DeviceName): string | undefined {
  if (process.platform !== 'linux') return undefined;
  if (device === 'cuda') return cudaFiles() ? undefined : NO_CUDA;
  return device === 'webgpu' && !graphicsDevices() ? NO_CARD : undefined;
}

export const NO_CUDA = 'ONNX Runtime for CUDA is not installed';
export const NO_CARD = 'no graphics card that WebGPU can use was found';

/** Whether the install script of onnxruntime-node has fetched its CUDA provider. */
function cudaFiles(): boolean {
  try {
    const binding = createRequire(import.meta.url).resolve('onnxruntime-node/package.json');
    const folder = join(dirname(binding), 'bin', 'napi-v6', process.platform, process.arch);
    return existsSync(join(folder, 'libonnxruntime_providers_cuda.so'));
  } catch {
    // Installed in a way that hides it: it has to be tried.
    return true;
  }
}

/** Devices of graphics cards (of WSL: dxg), or a Vulkan driver that was named by hand. */
function graphicsDevices(): boolean {
  if (process.env.VK_DRIVER_FILES ?? process.env.VK_ICD_FILENAMES) return true;
  if (existsSync('/dev/dxg') || existsSync('/dev/nvidiactl')) return true;
  return existsSync('/dev/dri') && readdirSync('/dev/dri').some((name) => name.startsWith('render'));
}
