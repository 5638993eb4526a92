#!/usr/bin/env node
// A reader that stops early, such as `head`, is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});
const args = process.argv.slice(2);
process.exitCode =
  args[0] === 'task'
    ? await (await import('./commands/task.js')).taskMain(args)
    : await (await import('./commands/program.js')).main(args);
