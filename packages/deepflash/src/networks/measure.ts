import { fork } from 'node:child_process';
import type { NetworkName } from './catalogue.js';
import type { Estimate } from './estimate.js';

export type Measurement = Estimate | { readonly problem: string };

/** Measures seconds a step and peak memory of a network's training on the processor of this machine. */
export function measureTraining(
  { architecture, encoder }: NetworkName,
  threads?: number,
): Promise<Measurement> {
  return new Promise((resolve) => {
    const given = threads === undefined ? [] : [String(threads)];
    const child = fork(new URL('./measure-child.js', import.meta.url), [architecture, encoder, ...given], {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    child.on('message', (measurement: Measurement) => resolve(measurement));
    child.on('error', (error) => resolve({ problem: error.message }));
    child.on('exit', (code, signal) =>
      resolve({
        problem: `the process ended (${signal ?? `exit code ${code}`}), perhaps for lack of memory`,
      }),
    );
  });
}
