import type { Settings } from '@deepflash/segmentation';
import { Command } from 'commander';
import { batchScript } from '../cluster/batch-script.js';
import { parseResources, type Resources } from '../cluster/resources.js';
import { checkShared } from '../cluster/shared-folder.js';
import { nodesOf, tryScript } from '../cluster/slurm.js';
import { type Submitted, scriptOf } from '../cluster/submit.js';
import { submitPrediction } from '../cluster/submit-prediction.js';
import { submitTraining, USUAL_CPUS } from '../cluster/submit-training.js';
import { UsageError } from '../errors.js';
import { isFinished } from '../jobs/train-run.js';
import { checkRunFolder } from '../runs/run.js';
import { checkWritable } from '../writable.js';
import { addClusterOptions, type ClusterOptions, setupLines } from './cluster-options.js';
import { createVoice, newCommand } from './command.js';
import { addPredictOptions, askedPrediction, type PredictOptions } from './predict-options.js';
import { addTrainOptions, prepareRun, sayWhat, type TrainOptions, toldSettings } from './train.js';

export function submitCommand(): Command {
  return new Command('submit')
    .description('Train or predict on a cluster that Slurm runs.')
    .exitOverride()
    .addCommand(submitTrainCommand())
    .addCommand(submitPredictCommand());
}

function submitTrainCommand(): Command {
  const command = newCommand(
    'train',
    'Train on a cluster: a task for each network, then one for the ensemble, the validation and the report.',
    'deepflash submit train --images images --masks masks --out runs/first --partition gpu --cpus 8\n  deepflash status runs/first',
  );
  return addClusterOptions(addTrainOptions(command, TAKEN)).action(
    async (options: TrainOptions & ClusterOptions) => {
      const voice = createVoice(options);
      const { settings, notes } = await toldSettings(settingsOf(options), voice);
      refuseMeasuring(settings);
      const { resources, memory, setup } = await asked(
        options,
        [options.images, options.masks, options.out],
        voice.say,
      );
      checkWritable(options.out);
      await checkRunFolder(options.out);
      const { run, begun } = await prepareRun({ ...options, settings, notes }, voice, {
        memory: resources.memory ?? memory,
        graphics: resources.gpus !== undefined,
      });
      if (isFinished(run)) {
        voice.say(`${options.out} is finished already; name another folder with --out to train again.`);
        return voice.answer({ run: run.path, array: null, finish: null, tasks: [] }, []);
      }
      sayWhat(run, begun, voice.say);
      const submitted = await submitTraining({ run, resources, setup });
      voice.answer(documentOf(submitted), linesOf(submitted));
    },
  );
}

function submitPredictCommand(): Command {
  const command = newCommand(
    'predict',
    'Segment images on a cluster: a task for each part of them, then one for the tables and the report.',
    'deepflash submit predict --model runs/first --images new-images --out results --shards 20\n  deepflash status results',
  );
  return addClusterOptions(addPredictOptions(command, TAKEN))
    .option('--shards <number>', 'tasks that the images are shared among; default: by their number and size')
    .option(
      '--bands <number>',
      'parts by rows, a task each, that every image is cut into; 1: none; default: images above 36 megapixels, where they are fewer than tasks',
    )
    .action(async (options: PredictOptions & ClusterOptions & ShardOptions) => {
      const voice = createVoice(options);
      const prediction = askedPrediction(settingsOf(options));
      const [shards, bands] = [wholeNumber('shards', options), wholeNumber('bands', options)];
      const { models, images, out } = prediction;
      const { resources, setup } = await asked(options, [...models, images, out], voice.say);
      const submitted = await submitPrediction({ asked: prediction, shards, bands, resources, setup });
      voice.answer(documentOf(submitted), linesOf(submitted));
    });
}

interface ShardOptions {
  readonly shards?: string;
  readonly bands?: string;
}

/** Throws a UsageError. */
function wholeNumber(name: keyof ShardOptions, { [name]: text }: ShardOptions): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1) return number;
  throw new UsageError(`--${name} must be a whole number from 1, not ${text}.`);
}

/** Here `--time` is Slurm's limit; the point in time of an image is `--set time=1`. */
const TAKEN = ['time'] as const;

function settingsOf<Options extends ClusterOptions>({ time: _, ...options }: Options): Omit<Options, 'time'> {
  return options;
}

/** A run begins on this machine, which is not the one that trains. */
function refuseMeasuring({ minutes, steps, learningRate }: Settings): void {
  if (minutes !== null && steps === null) {
    throw new UsageError(
      'minutes would be timed on this machine, which does not train: set steps or epochs.',
    );
  }
  if (learningRate === 'auto') {
    throw new UsageError(
      'learningRate auto would train on this machine: set a number, such as deepflash lr-find suggests in a job of its own.',
    );
  }
}

/** What is asked of Slurm, when it has said that it would take it; nothing is written before. */
async function asked(
  options: ClusterOptions,
  folders: readonly string[],
  say: (line: string) => void,
): Promise<{
  readonly resources: Partial<Resources>;
  readonly memory: number | undefined;
  readonly setup: string;
}> {
  const resources = parseResources(options);
  const setup = await setupLines(options);
  const folder = folders.at(-1) ?? '.';
  const sample = { cpus: USUAL_CPUS, memory: 100, ...resources };
  const work = { folder, kind: 'training', tasks: 1, about: 'Asking', resources: sample, setup } as const;
  await tryScript(batchScript(scriptOf(work, 'tasks', '1')));
  const { memory, hosts, longest } = await nodesOf(resources.partition);
  refuseTime(resources, longest);
  const doubt = await checkShared(folders, hosts);
  if (doubt !== undefined) say(`Note: ${doubt}`);
  return { resources, memory, setup };
}

/** Many a Slurm takes a job that is longer than its partition allows, and lets it wait for ever. */
function refuseTime(
  { minutes = 0, partition = 'that jobs go to' }: Partial<Resources>,
  longest: number,
): void {
  // Of several, another one may allow it.
  if (minutes <= longest || partition.includes(',')) return;
  throw new UsageError(
    `--time is ${minutes} minutes, and the partition ${partition} allows ${longest} at most: ask for less, or name another one with --partition.`,
  );
}

function documentOf({ folder, array, finish, tasks, live, done, scripts }: Submitted) {
  return { folder, array, finish, tasks, live, done, scripts };
}

function linesOf({ folder, array, finish, tasks, live, done, scripts }: Submitted): string[] {
  const known = [
    ...(done === 0 ? [] : [`${done} done already`]),
    ...(live.length === 0 ? [] : [`${live.length} waiting or running since earlier`]),
  ];
  const also = known.length === 0 ? '' : ` (${known.join(', ')})`;
  if (finish === null)
    return [`Nothing is left to submit${also}.`, `See how it is: deepflash status ${folder}`];
  return [
    ...(array === null
      ? []
      : [`Job ${array}: ${tasks.length} ${tasks.length === 1 ? 'task' : 'tasks'}${also}`]),
    `Job ${finish}: what follows when they are done`,
    ...scripts.map((script) => `Script: ${script}`),
    `See how it is: deepflash status ${folder}`,
  ];
}
