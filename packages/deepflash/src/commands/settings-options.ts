import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Selection } from '@deepflash/imaging';
import {
  describeSettings,
  parseAssignments,
  parseSettings,
  readAssignments,
  type SettingDescription,
  type Settings,
  SettingsError,
  selectionSchema,
} from '@deepflash/segmentation';
import { type Command, Option } from 'commander';
import { messageOf, systemCode, UsageError } from '../errors.js';
import { isInlineTable } from '../masks/colour-table.js';
import { fromDeepFlash2, isDeepFlash2Config } from '../training/deepflash2-config.js';

/** Adds `--set`, and an option of its own for each of the given settings. */
export function addSettingsOptions(command: Command, rows: readonly SettingDescription[]): Command {
  return addOptions(command, rows).option(
    '--set <key=value...>',
    'any setting, such as --set steps=300 seed=1',
  );
}

/** Adds the options that say which parts of an image file are meant. */
export function addSelectionOptions(command: Command): Command {
  const names: readonly string[] = Object.keys(selectionSchema.shape);
  return addOptions(
    command,
    describeSettings().filter(({ name }) => names.includes(name)),
  );
}

/** Adds the options that say which part of mask files is the mask, where they hold more than one plane. */
export function addMaskSelectionOptions(command: Command): Command {
  return command
    .option('--channels <numbers|names>', 'channels of the masks to use, where their files hold several')
    .option('--z <number|name>', 'slice of the masks to use, from 1, or max of all slices')
    .option('--time <number>', 'point in time of the masks to use, from 1');
}

/** What the options of `addMaskSelectionOptions` say. Throws a SettingsError. */
export function givenSelection(options: Readonly<Record<string, unknown>>): Selection {
  const { channels, z, time } = parseSettings(givenSettings(options));
  return { channels, z, time };
}

/** Throws a UsageError for a number of classes that masks of numbered objects cannot have. */
export function refuseClassesOfObjects(classes: number | null): void {
  if (classes === null || classes === 2) return;
  throw new UsageError(
    `--classes ${classes} does not go with --instances, where pixels are background or objects: leave out one of them.`,
  );
}

function addOptions(command: Command, rows: readonly SettingDescription[]): Command {
  for (const row of rows) {
    command.addOption(
      new Option(`--${flagName(row.name)} <${EXAMPLES[row.type]}>`, `${row.help} ${defaultText(row)}`),
    );
  }
  return command;
}

const EXAMPLES: Readonly<Record<SettingDescription['type'], string>> = {
  string: 'name',
  boolean: 'true|false',
  number: 'number',
  numbers: 'numbers',
  'number-or-name': 'number|name',
  'numbers-or-names': 'numbers|names',
};

/** A list of settings for the end of a command's help. */
export function settingsHelp(rows: readonly SettingDescription[]): string {
  const width = Math.max(...rows.map(({ name }) => name.length));
  const lines = rows.map((row) => `  ${row.name.padEnd(width)}  ${row.values} ${defaultText(row)}`);
  return `\nSettings for --set and --config:\n${lines.join('\n')}`;
}

/** The values of `addSettingsOptions` as given: settings by name. Throws a SettingsError. */
export function givenSettings(options: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return parseAssignments(assignmentsOf(options));
}

function assignmentsOf(options: Readonly<Record<string, unknown>>): string[] {
  const flags = describeSettings().flatMap(({ name }) => {
    const value = options[name];
    return typeof value === 'string' ? [`${name}=${value}`] : [];
  });
  const assignments = Array.isArray(options.set) ? options.set.map(String) : [];
  return [...assignments, ...flags];
}

/**
 * The settings of a training: what the command line says, else what the file says, else the defaults.
 * The file may be one of deepFlash2. Throws a SettingsError or a UsageError.
 *
 * @param onNotice told what of the file has no effect, a sentence each
 */
export async function trainingSettings(
  options: Readonly<Record<string, unknown>>,
  defaults: Readonly<Record<string, unknown>> = {},
  onNotice: (notice: string) => void = () => undefined,
): Promise<Settings> {
  const given = typeof options.config === 'string' ? await readConfig(options.config) : {};
  const { settings: file, notices } = isDeepFlash2Config(given)
    ? fromDeepFlash2({ ...given })
    : { settings: { ...given }, notices: [] };
  for (const notice of notices) onNotice(notice);
  const { values, problems } = readAssignments(assignmentsOf(options));
  const faults = [...problems, ...(isSet(values.steps) && isSet(values.epochs) ? [TWO_LENGTHS] : [])];
  const settings = parsedWith(faults, { ...defaults, ...withLengthOf(file, values), ...values });
  const { encoderWeights, initialWeights, groups, colours, experts } = settings;
  const isFile = !/^(auto$|none$|imagenet$|hf:)/i.test(encoderWeights);
  return {
    ...settings,
    encoderWeights: isFile ? resolve(encoderWeights) : encoderWeights,
    initialWeights: initialWeights === null ? null : resolve(initialWeights),
    groups: groups === null ? null : resolve(groups),
    colours: colours === null || isInlineTable(colours) ? colours : resolve(colours),
    experts: experts === null ? null : resolve(experts),
  };
}

/** The settings that say how long a training is, each in its own way. */
const LENGTHS = ['epochs', 'steps', 'minutes'] as const;

const TWO_LENGTHS = 'steps and epochs are two ways to say how long a training is: set one of them';

/**
 * What a file says, less what the command line says in another way: `--steps` is meant instead of its epochs. Of a run's
 * own file, steps that followed from its epochs are not fixed.
 */
function withLengthOf(
  file: Readonly<Record<string, unknown>>,
  values: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const given = LENGTHS.some((name) => isSet(values[name]));
  const replaced: readonly string[] = given ? LENGTHS : isSet(file.epochs) ? ['steps'] : [];
  return Object.fromEntries(Object.entries(file).filter(([name]) => !replaced.includes(name)));
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** The settings of these values. Throws a SettingsError with these problems and those that the values have. */
function parsedWith(problems: readonly string[], values: Readonly<Record<string, unknown>>): Settings {
  if (problems.length === 0) return parseSettings(values);
  try {
    parseSettings(values);
  } catch (error) {
    if (error instanceof SettingsError) throw new SettingsError([...problems, ...error.problems]);
    throw error;
  }
  throw new SettingsError(problems);
}

async function readConfig(file: string): Promise<object> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const reason = systemCode(error) === 'ENOENT' ? 'does not exist' : `cannot be read (${messageOf(error)})`;
    throw new UsageError(`--config ${file} ${reason}: check the path.`);
  }
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch (error) {
    throw new UsageError(`--config ${file} is no JSON (${messageOf(error)}): correct it.`);
  }
  throw new UsageError(`--config ${file} must be a JSON object of settings, such as {"steps": 300}.`);
}

/** `tileSize` as an option: `tile-size`. */
function flagName(setting: string): string {
  return setting.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function defaultText(row: SettingDescription): string {
  return `(default ${Array.isArray(row.default) ? row.default.join(',') : String(row.default)})`;
}
