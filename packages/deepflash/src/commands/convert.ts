import { parseSettings } from '@deepflash/segmentation';
import type { Command } from 'commander';
import { convertFile } from '../conversion/convert-file.js';
import { allEndings } from '../conversion/formats.js';
import { createVoice, newCommand } from './command.js';
import { addSelectionOptions, givenSettings } from './settings-options.js';

export function convertCommand(): Command {
  const command = newCommand(
    'convert',
    'Write an image file, or a part of it, as a file of another kind.',
    'deepflash convert scan.lsm scan.ome.tif\n  deepflash convert --channels DAPI --z max stack.ome.tif dapi.png',
  )
    .argument('<in>', 'an image file')
    .argument('<out>', `the file to write; its ending says what: ${allEndings()}`)
    .option('--force', 'replace a file that is there')
    .addHelpText(
      'after',
      '\nSlices and points in time that are not chosen are all kept, except in a PNG, which holds one plane.',
    );
  return addSelectionOptions(command).action(async (file: string, out: string, options: ConvertOptions) => {
    const voice = createVoice(options);
    const { channels, z, time } = parseSettings(givenSettings({ ...options }));
    const selection = { channels, z, time };
    const existing = options.force ? 'replace' : 'keep';
    const { format, info, notices } = await convertFile({ file, out, selection, existing });
    for (const notice of notices) voice.say(`Note: ${notice}`);
    const { width, height, slices, frames } = info;
    const document = {
      file,
      out,
      format,
      width,
      height,
      channels: info.channels.length,
      slices,
      frames,
      notices,
    };
    const parts = [
      `${width} x ${height} pixels`,
      `${info.channels.length} ${info.channels.length === 1 ? 'channel' : 'channels'}`,
      ...(slices > 1 ? [`${slices} slices`] : []),
      ...(frames > 1 ? [`${frames} points in time`] : []),
    ];
    voice.answer(document, [`${out}: ${format}, ${parts.join(', ')}`]);
  });
}

interface ConvertOptions {
  readonly force?: boolean;
  readonly json?: boolean;
}
