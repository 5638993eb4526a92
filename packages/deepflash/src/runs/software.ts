import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** The versions of what computes: they are kept with every run, since another version may give other numbers. */
export function softwareVersions(): Record<string, string> {
  return {
    deepflash: versionIn(new URL('../../package.json', import.meta.url)),
    node: process.version,
    onnxruntime: onnxRuntimeVersion(),
    platform: `${process.platform} ${process.arch}`,
  };
}

/** The version of ONNX Runtime that the engine uses, or `not found`. */
function onnxRuntimeVersion(): string {
  try {
    const engine = createRequire(import.meta.url).resolve('@deepflash/engine/node');
    return versionIn(createRequire(engine).resolve('onnxruntime-node/package.json'));
  } catch {
    return 'not found';
  }
}

function versionIn(file: string | URL): string {
  const text: unknown = JSON.parse(readFileSync(file, 'utf8'));
  return typeof text === 'object' && text !== null && 'version' in text ? String(text.version) : 'unknown';
}
