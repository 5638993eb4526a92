import { copyFileSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/** ONNX Runtime's WebAssembly: plain for the processor, `asyncify` for WebGPU. They are loaded when they are needed. */
const FILES = ['ort-wasm-simd-threaded', 'ort-wasm-simd-threaded.asyncify'].flatMap((name) => [
  `${name}.mjs`,
  `${name}.wasm`,
]);

/** Puts them beside the page, as they are. */
function onnxRuntimeFiles(): Plugin {
  const from = dirname(createRequire(import.meta.url).resolve('onnxruntime-web/webgpu'));
  const to = fileURLToPath(new URL('./dist/ort/', import.meta.url));
  return {
    name: 'onnxruntime-files',
    apply: 'build',
    closeBundle() {
      mkdirSync(to, { recursive: true });
      for (const file of FILES) copyFileSync(join(from, file), join(to, file));
    },
  };
}

const conditions = [
  'onnxruntime-web-use-extern-wasm',
  'module',
  'browser',
  'production',
  'import',
  'default',
];

export default defineConfig({
  // Addresses are relative, so the folder can lie anywhere on a host.
  base: './',
  plugins: [react(), onnxRuntimeFiles()],
  resolve: {
    conditions,
    alias: { sharp: fileURLToPath(new URL('./src/images/jpeg-by-browser.ts', import.meta.url)) },
  },
  worker: { format: 'es' },
  build: { outDir: 'dist', emptyOutDir: true, target: 'es2022', chunkSizeWarningLimit: 2500 },
});
