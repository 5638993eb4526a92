import { spawn } from 'node:child_process';
import type { Command } from 'commander';
import { startStudio } from '../server/start.js';
import { wholeNumber } from '../whole-number.js';
import { newCommand } from './command.js';

export function studioCommand(): Command {
  return newCommand(
    'studio',
    'Open a page on which everything can be done without code: draw, merge experts, train, predict, correct.',
    'deepflash studio my-project',
  )
    .argument('[project]', 'folder of the project; a new one is made', 'deepflash-project')
    .option(
      '--port <number>',
      'port of the page; 0: any that is free (default: that of last time, if it is free)',
    )
    .option('--no-open', 'do not open a browser')
    .action(async (project: string, options: StudioOptions) => {
      const port = options.port === undefined ? undefined : wholeNumber('--port', options.port, 0, 65_535);
      const studio = await startStudio(project, port);
      process.stdout.write(
        options.json ? `${JSON.stringify({ address: studio.address })}\n` : `${studio.address}\n`,
      );
      if (options.open) openBrowser(studio.address);
      await new Promise<void>((resolve) => {
        for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => resolve());
      });
      await studio.close();
      // Connections that a page keeps open must not keep the process alive.
      process.exit(0);
    });
}

interface StudioOptions {
  readonly port?: string;
  readonly open: boolean;
  readonly json?: boolean;
}

/** Nobody needs to know where there is no browser: the address stands in the terminal. */
function openBrowser(address: string): void {
  const [command, ...args] = {
    darwin: ['open', address],
    win32: ['cmd', '/c', 'start', '""', address.replaceAll('&', '^&')],
  }[process.platform as string] ?? ['xdg-open', address];
  const child = spawn(command as string, args, { stdio: 'ignore', detached: true });
  child.on('error', () => undefined);
  child.unref();
}
