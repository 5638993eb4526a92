/** What the commands have in common. */
import { Command } from 'commander';
import { createProgress, type Progress } from '../terminal/progress.js';

/** A command with its name, one line about it, and an example for its help. */
export function newCommand(name: string, description: string, example: string): Command {
  return new Command(name)
    .description(description)
    .option('--json', 'print one JSON document, and all else on the error stream')
    .exitOverride()
    .addHelpText('after', `\nExample:\n  ${example}`);
}

/** Where a command puts what it says. */
export interface Voice {
  /** The result: one JSON document with `--json`, else lines for people. */
  answer(json: unknown, lines: readonly string[]): void;
  /** Remarks on the way, on the error stream. */
  say(line: string): void;
  readonly progress: Progress;
}

export function createVoice({ json }: { readonly json?: boolean }): Voice {
  const progress = createProgress();
  return {
    progress,
    say: (line) => progress.say(line),
    answer(document, lines) {
      progress.end();
      process.stdout.write(json ? `${JSON.stringify(document, null, 2)}\n` : `${lines.join('\n')}\n`);
    },
  };
}
