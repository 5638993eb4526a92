import { parseSettings } from '@deepflash/segmentation';
import type { Command } from 'commander';
import { list, WorkError } from '../errors.js';
import { fileDocument, fileLines } from '../inspection/describe-file.js';
import type { UnreadableFile } from '../inspection/inspect-file.js';
import { namedFiles } from '../inspection/named-files.js';
import { runTasks } from '../workers/run-tasks.js';
import { createVoice, newCommand } from './command.js';
import { addSelectionOptions, givenSettings } from './settings-options.js';

export function inspectCommand(): Command {
  const command = newCommand(
    'inspect',
    'Say what image files are, and what of them would be used.',
    'deepflash inspect cells.ome.tif\n  deepflash inspect --json images',
  )
    .argument('<file...>', 'image files, or folders whose image files are meant')
    .addHelpText(
      'after',
      '\nWith --json: one object for one file, an array of them for several files or a folder. Files that cannot be read are listed with the reason.',
    );
  return addSelectionOptions(command).action(async (paths: string[], options: InspectOptions) => {
    const voice = createVoice(options);
    const { channels, z, time } = parseSettings(givenSettings({ ...options }));
    const { files, unusable } = await namedFiles(paths);
    const inputs = files.map((file) => ({ file, selection: { channels, z, time } }));
    const read = await runTasks('inspectFile', inputs, (done, total) => {
      if (total > 1) voice.progress.update({ label: 'Read', done, total, details: [] });
    });
    const found = [...read, ...unusable];
    const documents = found.map((file) => ('problem' in file ? file : fileDocument(file)));
    const readable = found.flatMap((file) => ('problem' in file ? [] : [file]));
    const unreadable = found.filter((file): file is UnreadableFile => 'problem' in file);
    const single = paths.length === 1 && files[0] === paths[0];
    if (readable.length > 0 || options.json) {
      voice.answer(
        single ? documents[0] : documents,
        readable.map((file) => fileLines(file).join('\n')),
      );
    }
    const [only] = unreadable;
    if (only === undefined) return;
    if (found.length === 1) throw new WorkError(only.problem);
    throw new WorkError(
      `${unreadable.length} of ${found.length} files could not be read:\n${list(unreadable.map(({ problem }) => problem))}`,
    );
  });
}

interface InspectOptions {
  readonly json?: boolean;
}
