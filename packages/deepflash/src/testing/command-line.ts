import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command line as people use it: the built program in a process of its own, in the given folder. */
export function commandLine(folder: string, env = process.env): (...args: string[]) => Promise<Outcome> {
  const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
  return (...args) =>
    new Promise((resolve) => {
      execFile(process.execPath, [cli, ...args], { cwd: folder, env }, (error, stdout, stderr) => {
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
      });
    });
}
