/** WebGPU without a graphics card: SwiftShader, which comes with Chromium, computes on the processor. */
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PLACES = [
  '/usr/lib/chromium',
  '/usr/lib/chromium-browser',
  '/usr/lib64/chromium-browser',
  '/opt/google/chrome',
];

/**
 * Lets this process's WebGPU use SwiftShader; to be called before the first session. Returns why it cannot, or null.
 */
export function useSoftwareWebgpu(): string | null {
  const driver = PLACES.map((place) => join(place, 'vk_swiftshader_icd.json')).find((file) =>
    existsSync(file),
  );
  if (driver === undefined) return 'no vk_swiftshader_icd.json was found (Debian: apt-get install chromium)';
  process.env.VK_DRIVER_FILES = driver;
  process.env.VK_ICD_FILENAMES = driver;
  process.env.XDG_RUNTIME_DIR ??= mkdtempSync(join(tmpdir(), 'deepflash-vulkan-'));
  return null;
}
