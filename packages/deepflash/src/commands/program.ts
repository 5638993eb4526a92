import { Command } from 'commander';
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
import { runProgram } from './run-program.js';
import { scoreCommand } from './score.js';
import { statusCommand } from './status.js';
import { studioCommand } from './studio.js';
import { submitCommand } from './submit.js';
import { trainCommand } from './train.js';

/** Runs a command line, without the names of node and the script, and returns the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  return runProgram(program(), args);
}

/** All commands, of which the reference is made as well. */
export function program(): Command {
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
  return root;
}
