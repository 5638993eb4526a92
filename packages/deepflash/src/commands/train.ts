import { existsSync } from 'node:fs';
import { describeSettings, type Settings } from '@deepflash/segmentation';
import type { Command } from 'commander';
import { inspectData } from '../data/inspect.js';
import { matchingLines } from '../data/matching-table.js';
import { settleDevice } from '../devices/choose-device.js';
import { missingHardware } from '../devices/hardware.js';
import { remedies, requireDevice } from '../devices/probe.js';
import { UsageError } from '../errors.js';
import { runTraining } from '../jobs/run-training.js';
import { isFinished } from '../jobs/train-run.js';
import { runFiles } from '../runs/layout.js';
import { beginRun, checkRunFolder, openRun, type Run } from '../runs/run.js';
import { type FoldSummary, summarise, type TrainingSummary } from '../runs/validation-results.js';
import { downloadProgress } from '../terminal/download-progress.js';
import { duration } from '../terminal/progress.js';
import { trainingProgress } from '../terminal/training-progress.js';
import { chooseNetwork, type NetworkChoice } from '../training/choose-network.js';
import { refuseBusyRun } from '../training/run-lock.js';
import type { HubOptions } from '../weights/hub.js';
import { findWeights, readStartingWeights } from '../weights/starting-weights.js';
import { checkWritable } from '../writable.js';
import { createVoice, newCommand, type Voice } from './command.js';
import { addSettingsOptions, settingsHelp, trainingSettings } from './settings-options.js';

export function trainCommand(): Command {
  const command = newCommand(
    'train',
    'Train networks on images and their masks.',
    'deepflash train --images images --masks masks --out runs/first --steps 300',
  );
  return addTrainOptions(command).action(async (options: TrainOptions) => {
    const voice = createVoice(options);
    const summary = await train({ ...options, ...(await toldSettings(options, voice)) }, voice);
    voice.answer(summary, trainingLines(summary));
  });
}

/** The settings that the options give, and what was said of them. */
export async function toldSettings(options: TrainOptions, { say }: Voice): Promise<ToldSettings> {
  const notes: string[] = [];
  const settings = await trainingSettings({ ...options }, {}, (notice) => {
    notes.push(notice);
    say(`Note: ${notice}`);
  });
  return { settings, notes };
}

export interface ToldSettings {
  readonly settings: Settings;
  /** Sentences, which the run is to remember. */
  readonly notes?: readonly string[] | undefined;
}

/** The options that say what is trained on what. @param without settings whose options the command needs for itself */
export function addTrainOptions(command: Command, without: readonly string[] = []): Command {
  const rows = describeSettings();
  command
    .requiredOption('--images <dir>', 'folder of images')
    .requiredOption('--masks <dir>', 'folder of their masks; a mask begins with the name of its image')
    .requiredOption('--out <run>', 'folder of the run; given again, an unfinished run goes on')
    .option('--marked-only', 'leave out images that have no mask, instead of refusing them')
    .option(
      '--config <file>',
      'JSON file of settings, such as the config.json of another run or of deepFlash2',
    );
  return addSettingsOptions(
    command,
    rows.filter(({ flag, name }) => flag && !without.includes(name)),
  ).addHelpText('after', settingsHelp(rows));
}

export interface TrainOptions {
  readonly images: string;
  readonly masks: string;
  readonly out: string;
  readonly markedOnly?: boolean;
  readonly json?: boolean;
}

/** Trains a run, or goes on with it, and returns its summary. A finished run is left as it is. */
export async function train(options: TrainOptions & ToldSettings, voice: Voice): Promise<TrainingSummary> {
  const { say, progress } = voice;
  const { out } = options;
  checkWritable(out);
  await checkRunFolder(out);
  await refuseBusyRun(out);
  const { run, begun } = await prepareRun(options, voice);
  if (isFinished(run)) {
    say(`${out} is finished already; name another folder with --out to train again.`);
    return summarise(run);
  }
  sayWhat(run, begun, say);
  const show = trainingProgress(progress, run.data.models);
  try {
    await runTraining(out, show, say);
  } finally {
    progress.end();
  }
  return summarise(run);
}

/**
 * Looks at the images and masks, and makes the run or opens it to go on with it.
 *
 * @param elsewhere what is known of the machine that will train, where it is not this one
 */
export async function prepareRun(
  { images, masks, out, settings, notes = [], markedOnly = false }: TrainOptions & ToldSettings,
  { say, progress }: Voice,
  elsewhere?: Elsewhere,
): Promise<{ readonly run: Run; readonly begun: boolean }> {
  const begun = existsSync(runFiles(out).config);
  const hub = { onProgress: downloadProgress(progress) };
  const chosen = begun ? await begunRun(out, elsewhere) : await chosenNetwork(settings, hub, elsewhere);
  const weights = await findWeights(chosen.settings, hub);
  const folders = { images, masks, unmarked: markedOnly ? ('leave-out' as const) : ('refuse' as const) };
  const { record, warnings } = await inspectData(folders, settings, (done, total) =>
    progress.update({ label: 'Reading', done, total, details: [] }),
  ).finally(() => progress.end());
  const { channels, classValues, items, unmatched } = record;
  const need = { ...chosen.settings, channels, classes: classValues.length, fold: 1 };
  const notices = weights === undefined ? [] : (await readStartingWeights(weights, need)).notices;
  const things = { each: ['image', 'images'], partner: ['mask', 'masks'] } as const;
  for (const line of matchingLines({ matched: items.length, unmatched }, things)) say(line);
  for (const notice of [...warnings, ...notices]) say(`Note: ${notice}`);
  const run = await beginRun(
    out,
    begun ? settings : chosen.settings,
    { ...record, notes: [...notes, ...warnings, ...notices] },
    chosen.reasons,
    elsewhere?.memory,
  );
  return { run, begun };
}

/** Says what is trained, and why settings that were left open got their values. */
export function sayWhat(run: Run, begun: boolean, say: Voice['say']): void {
  const { models, items, channels, classValues } = run.data;
  say(
    `${begun ? 'Going on with' : 'Training'} ${counted(models, 'network')} on ${counted(items.length, 'image')} ` +
      `of ${counted(channels, 'channel')}, ${classValues.length} classes.`,
  );
  for (const [name, reason] of Object.entries(run.reasons)) {
    say(`  ${name} ${JSON.stringify(run.settings[name as keyof Settings])}: ${reason}`);
  }
}

export interface Elsewhere {
  /** Megabytes. */
  readonly memory?: number | undefined;
  /** Whether it has a graphics card. */
  readonly graphics: boolean;
}

/** A run that is there, on a device that is. */
async function begunRun(out: string, elsewhere?: Elsewhere): Promise<Run> {
  const run = await openRun(out);
  if (!isFinished(run) && elsewhere === undefined) await requireDevice(run.settings.device);
  return run;
}

async function chosenNetwork(
  given: Settings,
  hub: HubOptions,
  elsewhere?: Elsewhere,
): Promise<NetworkChoice> {
  const device = elsewhere === undefined ? await settleDevice(given) : deviceOf(given, elsewhere);
  const { settings, reasons } = await chooseNetwork(device.settings, hub);
  return { settings, reasons: { ...device.reasons, ...reasons } };
}

function deviceOf(given: Settings, { graphics }: Elsewhere): Awaited<ReturnType<typeof settleDevice>> {
  const open = graphics ? 'cuda' : 'cpu';
  const device = given.device === 'auto' ? open : given.device;
  // Cards belong to the machines of the tasks, but the program is the same here and there.
  const problem = device === 'cuda' ? missingHardware('cuda') : undefined;
  if (problem !== undefined) {
    throw new UsageError(`The tasks cannot use CUDA: ${problem}. ${remedies.cuda}, or set device to cpu.`);
  }
  if (given.device !== 'auto') return { settings: given, reasons: {} };
  const reason = graphics ? 'Each task is given a graphics card.' : 'No graphics cards are asked for.';
  return { settings: { ...given, device }, reasons: { device: reason } };
}

function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}

function trainingLines({ run, folds, dice, diceDeviation }: TrainingSummary): string[] {
  const rows = folds.map(
    (fold) =>
      `Network ${fold.fold}: ${fold.dice === null ? '' : `Dice ${fold.dice.toFixed(3)}, `}${fold.steps} steps in ${duration(fold.steps * fold.secondsPerStep)}${waitingNote(fold)}`,
  );
  const mean =
    dice === null
      ? 'No image was held out.'
      : `Mean Dice on held-out images: ${dice.toFixed(3)}${diceDeviation === null ? '' : ` ± ${diceDeviation.toFixed(3)}`}`;
  return [...rows, mean, `Report: ${runFiles(run).report}`];
}

/** What is said of a training that was slowed by the making of its tiles. */
function waitingNote({ waitingShare }: FoldSummary): string {
  if (waitingShare < 0.03) return '';
  return `, ${Math.round(100 * waitingShare)} % of it waiting for tiles (a larger tileThreads may help)`;
}
