import { type Command, CommanderError } from 'commander';

/** Runs a command line, without the names of node and the script, and returns the exit code. */
export async function runProgram(program: Command, args: readonly string[]): Promise<number> {
  try {
    await program.parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) {
      // Help and version were asked for; anything else is wrong use, and has been said.
      return ['commander.helpDisplayed', 'commander.version'].includes(error.code) ? 0 : 2;
    }
    // It knows the errors of all packages, which a version or a help does not need.
    const { explain } = await import('../errors.js');
    const { message, exitCode } = explain(error);
    process.stderr.write(`${message}\n`);
    if (process.env.DEEPFLASH_DEBUG && error instanceof Error) process.stderr.write(`${error.stack}\n`);
    return exitCode;
  }
}
