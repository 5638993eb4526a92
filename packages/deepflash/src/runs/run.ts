/** A training run on disk: `config.json` makes a folder one. */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { writeFileAtomic } from '@deepflash/imaging/node';
import {
  DEFAULT_AUGMENTATION,
  isOpen,
  isPlanned,
  type PlannedSettings,
  parseSettings,
  plannedNames,
  type Settings,
  schemaVersion,
} from '@deepflash/segmentation';
import { z } from 'zod';
import { type DataItem, type DataRecord, dataRecordSchema, meaningOf } from '../data/record.js';
import { messageOf, UsageError } from '../errors.js';
import { meaningInWords } from '../masks/meaning.js';
import { planTraining, type Reasons } from '../training/plan-training.js';
import { lockRun } from '../training/run-lock.js';
import { makeFolder } from '../writable.js';
import { runFiles } from './layout.js';

export interface Run {
  /** The folder. */
  readonly path: string;
  /** All of them, also those that were left open and chosen. */
  readonly settings: PlannedSettings;
  /** Why settings that were left open got their values, by name. */
  readonly reasons: Reasons;
  readonly data: DataRecord;
}

/**
 * Makes the folder of a run, or opens the one that is there to go on with it. What the settings leave open is chosen
 * when the run is made, and stays.
 *
 * @param reasons of what of the settings was chosen before
 * @param memory in MB, of the machine that will train; default: this one
 *
 * @throws what `planTraining` throws; RunBusyError; UsageError where the folder holds something else, or a run with other settings or other data.
 */
export async function beginRun(
  path: string,
  settings: Settings,
  data: DataRecord,
  reasons: Reasons = {},
  memory?: number,
): Promise<Run> {
  await checkRunFolder(path);
  const files = runFiles(path);
  if (!existsSync(files.config)) {
    const { settings: planned, reasons: more } = await planTraining(settings, data, memory);
    const all = { ...reasons, ...more };
    await makeFolder(path);
    const lock = await lockRun(path);
    try {
      // Another process may have made it meanwhile, with other settings.
      if (!existsSync(files.config)) {
        await writeJson(files.data, data);
        await writeJson(files.config, { schemaVersion, ...planned, reasons: all });
        return { path, settings: planned, reasons: all, data };
      }
    } finally {
      await lock.release();
    }
  }
  const earlier = await openRun(path);
  const differences = [...settingDifferences(earlier, settings), ...dataDifferences(earlier.data, data)];
  if (differences.length > 0) {
    throw new UsageError(
      `${path} is a run with other ${differences.length === 1 ? 'input' : 'inputs'} (${differences.join('; ')}): ` +
        'give the same ones to go on with it, or another --out for a new run.',
    );
  }
  // The same files may have been moved, or the disk be mounted elsewhere.
  const { imageFolder, maskFolder, probabilityFolder, expertFolder } = data;
  const moved = {
    ...earlier.data,
    ...{ imageFolder, maskFolder },
    ...(probabilityFolder === undefined ? {} : { probabilityFolder }),
    ...(expertFolder === undefined ? {} : { expertFolder }),
  };
  if (!isDeepStrictEqual(moved, earlier.data)) await writeJson(files.data, moved);
  return { ...earlier, data: moved };
}

/** Opens a run that is there. Throws a UsageError where there is none, SettingsError for settings of another version. */
export async function openRun(path: string): Promise<Run> {
  const files = runFiles(path);
  const config = await readJson(files.config, path);
  refuseNewer(config, files.config);
  const settings = parseSettings(asMeantThen(config));
  if (!isPlanned(settings)) {
    throw new UsageError(
      `${files.config} leaves ${plannedNames.filter((name) => isOpen(settings[name])).join(', ')} open: restore it, or train into a new folder.`,
    );
  }
  const { reasons } = reasonsSchema.parse(config);
  const record = await readJson(files.data, path);
  refuseNewer(record, files.data);
  const data = dataRecordSchema.safeParse(record);
  if (!data.success) {
    throw new UsageError(
      `${files.data} was not written by this version of deepflash: train into a new folder.`,
    );
  }
  return { path, settings, reasons, data: data.data };
}

/** Throws a UsageError when a folder holds files and is no run. One whose making was cut off counts as empty. */
export async function checkRunFolder(path: string): Promise<void> {
  const files = runFiles(path);
  if (!existsSync(path) || existsSync(files.config)) return;
  const entries = (await readdir(path).catch(() => [])).filter(
    (name) => name !== 'data.json' && name !== 'run.lock' && !/^\..*\.tmp$/.test(name),
  );
  if (entries.length === 0) return;
  throw new UsageError(
    `${path} is no run of deepflash and is not empty (it holds ${entries[0]}${entries.length > 1 ? ', …' : ''}): name a new folder with --out.`,
  );
}

function settingDifferences({ settings, reasons }: Run, now: Settings): string[] {
  const chosen: readonly string[] = Object.keys(reasons);
  const wasOpen = (key: keyof Settings): boolean =>
    chosen.includes(key) || (key in FORMER_DEFAULTS && FORMER_DEFAULTS[key] === settings[key]);
  return (Object.keys(now) as (keyof Settings)[])
    .filter((key) => !isDeepStrictEqual(settings[key], now[key]) && !(leftOpen(key, now) && wasOpen(key)))
    .filter((key) => !wasUsualBefore(key, settings, now))
    .map((key) => `${key} was ${JSON.stringify(settings[key])}, now ${JSON.stringify(now[key])}`);
}

/** How tiles were changed by default before; runs that began then go on as they began. */
const FORMER_CHANGES = { contrast: [0], blur: [0, 1.5], blurProbability: [0.5] } as const;

function wasUsualBefore(key: string, before: PlannedSettings, now: Settings): boolean {
  const names = Object.keys(FORMER_CHANGES) as (keyof typeof FORMER_CHANGES)[];
  return names.some((name) => {
    const former: readonly number[] = FORMER_CHANGES[name];
    return name === key && former.includes(before[name]) && now[name] === DEFAULT_AUGMENTATION[name];
  });
}

function leftOpen(key: keyof Settings, settings: Settings): boolean {
  return plannedNames.some((name) => name === key && isOpen(settings[name]));
}

/** What was meant by settings that are chosen now, in runs that began before they were. */
const FORMER_DEFAULTS: Readonly<Partial<Settings>> = {
  ...{ encoder: 'resnet18', encoderWeights: 'none' },
  device: 'cpu',
};

function dataDifferences(earlier: DataRecord, now: DataRecord): string[] {
  const found: string[] = [];
  for (const kind of ['image', 'mask'] as const) {
    const before = new Map(earlier.items.map((item) => [item[kind].name, item[kind].sha256]));
    const after = new Map(now.items.map((item) => [item[kind].name, item[kind].sha256]));
    const gone = [...before.keys()].filter((name) => !after.has(name));
    const added = [...after.keys()].filter((name) => !before.has(name));
    const changed = [...after].filter(([name, hash]) => before.has(name) && before.get(name) !== hash);
    if (added.length > 0) found.push(`${kind}s added: ${listed(added)}`);
    if (gone.length > 0) found.push(`${kind}s gone: ${listed(gone)}`);
    if (changed.length > 0) found.push(`${kind}s changed: ${listed(changed.map(([name]) => name))}`);
  }
  const names = changedSources(earlier, now);
  for (const [what, changed] of Object.entries(names)) {
    if (changed.length > 0) found.push(`${what} changed: ${listed(changed)}`);
  }
  if (!isDeepStrictEqual(meaningOf(earlier), meaningOf(now))) {
    found.push(
      `the masks meant: ${meaningInWords(meaningOf(earlier))} now: ${meaningInWords(meaningOf(now))}`,
    );
  }
  return found;
}

/** The images in both whose groups, experts' masks or maps are others than before. */
function changedSources(earlier: DataRecord, now: DataRecord): Readonly<Record<string, readonly string[]>> {
  const before = new Map(earlier.items.map((item) => [item.name, item]));
  const hashes = (files: readonly { readonly name: string; readonly sha256: string }[] = []) =>
    files.map(({ name, sha256 }) => [name, sha256]);
  const changed = (part: (item: DataItem) => unknown): string[] =>
    now.items.flatMap((item) => {
      const same = before.get(item.name);
      return same === undefined || isDeepStrictEqual(part(same), part(item)) ? [] : [item.name];
    });
  return {
    groups: changed(({ group }) => group),
    'masks of experts': changed(({ experts }) => hashes(experts)),
    'probability maps': changed(({ probabilities }) => hashes(probabilities)),
  };
}

function listed(names: readonly string[]): string {
  return names.length > 5 ? `${names.slice(0, 5).join(', ')} and ${names.length - 5} more` : names.join(', ');
}

/**
 * Runs of before each image could be normalised by itself were normalised by the data set, and where the device was left
 * open, it was the processor.
 */
function asMeantThen(config: unknown): unknown {
  if (typeof config !== 'object' || config === null) return config;
  const onProcessor = 'device' in config && config.device === 'auto' ? { device: 'cpu' } : {};
  return { normalisation: 'dataset', ...config, ...onProcessor };
}

/** Throws a UsageError where a folder is a run of a newer version, whose files may mean something else. */
export async function refuseNewerRun(path: string): Promise<void> {
  const { config } = runFiles(path);
  if (existsSync(config)) refuseNewer(await readJson(config, path), config);
}

function refuseNewer(config: unknown, file: string): void {
  const version = z.object({ schemaVersion: z.number() }).safeParse(config).data?.schemaVersion;
  if (version === undefined || version <= schemaVersion) return;
  throw new UsageError(
    `${file} was written by a newer deepflash (schemaVersion ${version}, and this one reads ${schemaVersion}): update deepflash, or train into a new folder.`,
  );
}

const reasonsSchema = z.object({
  reasons: z.partialRecord(z.enum(plannedNames), z.string()).catch({}).default({}),
});

async function readJson(file: string, run: string): Promise<unknown> {
  if (!existsSync(file))
    throw new UsageError(`${run} is no run of deepflash: it holds no ${file.slice(run.length + 1)}.`);
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new UsageError(
      `${file} cannot be read as JSON (${messageOf(error)}): restore it, or train into a new folder.`,
    );
  }
}

async function writeJson(file: string, value: unknown): Promise<void> {
  await writeFileAtomic(file, new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`));
}
