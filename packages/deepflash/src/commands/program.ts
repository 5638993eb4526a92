import { Command } from 'commander';
import { softwareVersions } from '../runs/software.js';
import { runProgram } from './run-program.js';

/** The commands, in the order of the help. Each is loaded when it is needed: all of them together take a second. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  demo: async () => (await import('./demo.js')).demoCommand(),
  gt: async () => (await import('./gt.js')).gtCommand(),
  train: async () => (await import('./train.js')).trainCommand(),
  'lr-find': async () => (await import('./lr-find.js')).lrFindCommand(),
  augmentations: async () => (await import('./augmentations.js')).augmentationsCommand(),
  predict: async () => (await import('./predict.js')).predictCommand(),
  submit: async () => (await import('./submit.js')).submitCommand(),
  status: async () => (await import('./status.js')).statusCommand(),
  score: async () => (await import('./score.js')).scoreCommand(),
  export: async () => (await import('./export.js')).exportCommand(),
  networks: async () => (await import('./networks.js')).networksCommand(),
  inspect: async () => (await import('./inspect.js')).inspectCommand(),
  convert: async () => (await import('./convert.js')).convertCommand(),
  studio: async () => (await import('./studio.js')).studioCommand(),
  doctor: async () => (await import('./doctor.js')).doctorCommand(),
};

/** Runs a command line, without the names of node and the script, and returns the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  return runProgram(await program(neededFor(args)), args);
}

/** The program with these commands, by default with all, of which the reference is made as well. */
export async function program(names: readonly string[] = Object.keys(commands)): Promise<Command> {
  const root = new Command('deepflash')
    .description('Segmentation of ambiguous microscope images, on your own machine.')
    .version(softwareVersions().deepflash ?? '')
    .exitOverride()
    .addHelpText('after', '\nTo see it work: deepflash demo\nHelp of a command: deepflash train --help');
  for (const name of names) {
    const command = await commands[name]?.();
    if (command !== undefined) {
      root.addCommand(command.showHelpAfterError(`Help: deepflash ${command.name()} --help`));
    }
  }
  return root;
}

/** The commands without which a command line cannot be understood: the one that it names, else all, for help and advice. */
function neededFor([first = '']: readonly string[]): string[] {
  if (Object.hasOwn(commands, first)) return [first];
  return first === '--version' || first === '-V' ? [] : Object.keys(commands);
}
