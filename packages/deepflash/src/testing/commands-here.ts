import { main } from '../commands/program.js';
import type { Outcome } from './command-line.js';

/**
 * The commands of `commandLine` in this process, which spares a second for each: for what has no need of worker
 * threads. One at a time, because a process has one folder and one output.
 */
export function commandsHere(folder: string): (...args: string[]) => Promise<Outcome> {
  return async (...args) => {
    const out = captured(process.stdout);
    const err = captured(process.stderr);
    const before = process.cwd();
    process.chdir(folder);
    try {
      return { code: await main(args), stdout: out.text(), stderr: err.text() };
    } finally {
      process.chdir(before);
      out.release();
      err.release();
    }
  };
}

function captured(stream: NodeJS.WriteStream): { text: () => string; release: () => void } {
  const { write } = stream;
  let text = '';
  stream.write = (piece: string | Uint8Array) => {
    text += String(piece);
    return true;
  };
  return {
    text: () => text,
    release: () => {
      stream.write = write;
    },
  };
}
