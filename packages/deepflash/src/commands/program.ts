import { Command, CommanderError } from 'commander';
import { explain } from '../errors.js';
import { softwareVersions } from '../runs/software.js';
import { augmentationsCommand } from './augmentations.js';
import { convertCommand } from './convert.js';
import { demoCommand } from './demo.js';
import { doctorCommand } from './doctor.js';
import { exportCommand } from './export.js';
import { gtCommand } from './gt.js';
import { inspectCommand } from './inspect.js';
import { lrFindCommand } from './lr-find.js';
import { networksCommand } from './networks.js';
import { predictCommand } from './predict.js';
import { scoreCommand } from './score.js';
import { statusCommand } from './status.js';
import { studioCommand } from './studio.js';
import { submitCommand } from './submit.js';
import { taskCommand } from './task.js';
import { trainCommand } from './train.js';

/** Runs a command line, without the names of node and the script, and returns the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  try {
    await program().parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) {
      // Help and version were asked for; anything else is wrong use, and has been said.
      return ['commander.helpDisplayed', 'commander.version'].includes(error.code) ? 0 : 2;
    }
    const { message, exitCode } = explain(error);
    process.stderr.write(`${message}\n`);
    if (process.env.DEEPFLASH_DEBUG && error instanceof Error) process.stderr.write(`${error.stack}\n`);
    return exitCode;
  }
}

function program(): Command {
  const root = new Command('deepflash')
    .description('Segmentation of ambiguous microscope images, on your own machine.')
    .version(softwareVersions().deepflash ?? '')
    .exitOverride()
    .addHelpText('after', '\nTo see it work: deepflash demo\nHelp of a command: deepflash train --help');
  for (const command of [
    demoCommand(),
    gtCommand(),
    trainCommand(),
    lrFindCommand(),
    augmentationsCommand(),
    predictCommand(),
    submitCommand(),
    statusCommand(),
    scoreCommand(),
    exportCommand(),
    networksCommand(),
    inspectCommand(),
    convertCommand(),
    studioCommand(),
    doctorCommand(),
  ]) {
    root.addCommand(command.showHelpAfterError(`Help: deepflash ${command.name()} --help`));
  }
  // Called by batch scripts.
  root.addCommand(taskCommand(), { hidden: true });
  return root;
}
