import { fork } from 'node:child_process';
import type { Estimate } from './estimate.js';
import type { TimedTraining } from './speed.js';

export type Measurement = Estimate | { readonly problem: string };

/**
 * Measures seconds a step and peak memory of a network's training on this machine, by default on its processor.
 *
 * @param limit seconds after which it is given up; default: never
 */
export function measureTraining(timed: TimedTraining, limit?: number): Promise<Measurement> {
  return new Promise((resolve) => {
    const child = fork(new URL('./measure-child.js', import.meta.url), [], {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      ...(limit === undefined ? {} : { timeout: 1000 * limit, killSignal: 'SIGKILL' }),
    });
    child.send(timed);
    child.on('message', (measurement: Measurement) => resolve(measurement));
    child.on('error', (error) => resolve({ problem: error.message }));
    child.on('exit', (code, signal) =>
      resolve({
        problem: `the process ended (${signal ?? `exit code ${code}`}), perhaps for lack of memory`,
      }),
    );
  });
}
