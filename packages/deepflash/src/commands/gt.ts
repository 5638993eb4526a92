import type { Command } from 'commander';
import { list, UsageError, WorkError } from '../errors.js';
import { buildGroundTruth, type GroundTruth, type GroundTruthOptions } from '../ground-truth/build.js';
import type { ModelFolder } from '../ground-truth/expert-folders.js';
import { groundTruthFiles } from '../ground-truth/layout.js';
import { raterMatchLines } from '../ground-truth/matching.js';
import { duration } from '../terminal/progress.js';
import { wholeNumber } from '../whole-number.js';
import { createVoice, newCommand, type Voice } from './command.js';
import { addMaskSelectionOptions, givenSelection, refuseClassesOfObjects } from './settings-options.js';

export function gtCommand(): Command {
  const command = newCommand(
    'gt',
    'Make ground truth from the masks of several experts, and account for each expert.',
    'deepflash gt --experts experts --out ground-truth',
  )
    .requiredOption(
      '--experts <dir>',
      'folder with one folder of masks for each expert; masks of an image have the same name, endings aside',
    )
    .requiredOption('--out <dir>', 'folder for masks, probabilities, tables and report.html')
    .option('--method <name>', 'staple (weighs experts by their reliability) or majority', 'staple')
    .option(
      '--classes <number>',
      'number of classes with the background (default: as many as the masks hold)',
    )
    .option(
      '--undecided <label>',
      'value of pixels of which no class wins (default: the number of classes; 0 makes them background)',
    )
    .option('--instances', 'make a consensus of objects: pixel values number objects, or are 0 and one other')
    .option(
      '--model <name=dir>',
      'a folder of predictions to be judged like an expert; can be given several times',
      (text: string, before: readonly string[]) => [...before, text],
      [],
    )
    .option('--models-vote', 'let the models of --model enter the consensus');
  return addMaskSelectionOptions(command).action(async (options: GtCommandOptions) => {
    const voice = createVoice(options);
    const truth = await makeGroundTruth(options, voice);
    const { images, raters, failures, seconds } = truth;
    const files = groundTruthFiles(options.out);
    voice.answer(
      {
        images: images.length,
        experts: Object.fromEntries(raters.map(({ name, ...rater }) => [name, summary(rater)])),
        seconds,
        ...(failures.length === 0 ? {} : { failures }),
      },
      [
        `${images.length} ${images.length === 1 ? 'image' : 'images'} in ${duration(seconds)}`,
        ...raters.map(raterLine),
        `Masks: ${files.masks}`,
        `Report: ${files.report}`,
      ],
    );
    if (failures.length === 0) return;
    throw new WorkError(
      `${images.length} ${images.length === 1 ? 'image is' : 'images are'} done, but not all is well:\n${list(failures.map(({ problem }) => problem))}`,
    );
  });
}

export interface GtCommandOptions {
  readonly experts: string;
  readonly out: string;
  readonly method: string;
  readonly classes?: string;
  readonly undecided?: string;
  readonly instances?: boolean;
  readonly model: readonly string[];
  readonly modelsVote?: boolean;
  readonly json?: boolean;
}

/** Makes the consensus of the experts of a folder, and writes all files. */
export async function makeGroundTruth(
  options: GtCommandOptions,
  { progress, say }: Voice,
): Promise<GroundTruth> {
  const { experts, out, instances, modelsVote } = options;
  const classes = options.classes === undefined ? null : wholeNumber('--classes', options.classes, 2, 255);
  const undecided =
    options.undecided === undefined ? null : wholeNumber('--undecided', options.undecided, 0, 255);
  if (instances) {
    refuseClassesOfObjects(classes);
    if (undecided !== null) {
      throw new UsageError(
        '--undecided has no meaning with --instances, where objects are kept or voted down: leave out one of them.',
      );
    }
  }
  const truth = await buildGroundTruth({
    experts,
    out,
    method: methodOf(options.method),
    content: instances ? 'instances' : 'classes',
    classes,
    selection: givenSelection({ ...options }),
    undecided,
    models: options.model.map(modelOf),
    modelsAre: modelsVote ? 'voting' : 'judged',
    onImage: (done, total, image) =>
      progress.update({ label: 'Images', done, total, details: [image].filter(Boolean) }),
  }).finally(() => progress.end());
  const { raters, images } = truth.matching;
  for (const line of raterMatchLines(raters, images)) say(line);
  for (const warning of truth.warnings) say(`Note: ${warning}`);
  return truth;
}

type RaterSummary = GroundTruth['raters'][number];

/** With the measures first, as people look for them. */
function summary({ account, ...rest }: Omit<RaterSummary, 'name'>) {
  return { ...(account ?? { dice: null }), ...rest };
}

function raterLine({ name, kind, account }: RaterSummary): string {
  const who = kind === 'model' ? `${name} (model)` : name;
  if (account === null) return `${who}: alone with all images, so there is nothing to compare`;
  const { dice, iou, sensitivity, specificity, ap50 } = account;
  const numbers = [
    `Dice ${dice.toFixed(3)}`,
    `IoU ${iou.toFixed(3)}`,
    `sensitivity ${sensitivity.toFixed(3)}`,
    `specificity ${specificity.toFixed(3)}`,
    `AP 0.5 ${ap50.toFixed(3)}`,
  ];
  return `${who}: ${numbers.join(', ')}`;
}

function methodOf(text: string): GroundTruthOptions['method'] {
  if (text === 'staple' || text === 'majority') return text;
  throw new UsageError(`--method must be staple or majority, not ${text}.`);
}

function modelOf(text: string): ModelFolder {
  const [, name, folder] = /^\s*([^=]*[^=\s])\s*=\s*(.+)$/.exec(text) ?? [];
  if (name !== undefined && folder !== undefined) return { name, folder };
  throw new UsageError(`--model ${text} is not of the form name=folder, such as --model unet=results.`);
}
