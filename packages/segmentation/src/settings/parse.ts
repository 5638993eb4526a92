import type { z } from 'zod';
import { lossesOfCertainClasses } from '../losses/names.js';
import { nearestName } from '../nearest-name.js';
import { imageSides, NetworkError, networkShape } from '../networks/network.js';
import { describeSettings } from './describe.js';
import { usualEncoder } from './planned.js';
import { type Settings, schemaVersion, settingsSchema } from './schema.js';
import { SettingsError } from './settings-error.js';

/**
 * Checks settings and fills in the defaults. `schemaVersion` and `reasons`, as in `config.json`, may be among them.
 *
 * @throws SettingsError that lists every fault, for an unknown name with the nearest one that there is.
 */
export function parseSettings(input: unknown): Settings {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw new SettingsError(['they must be an object of names and values']);
  }
  const {
    schemaVersion: version = schemaVersion,
    reasons: _,
    ...settings
  } = input as Record<string, unknown>;
  if (version !== schemaVersion) throw new SettingsError([otherVersion(version)]);
  const parsed = settingsSchema.safeParse(settings);
  const problems = parsed.success
    ? [...relationProblems(parsed.data), ...networkProblems(parsed.data)]
    : faults(settings, parsed.error);
  if (problems.length > 0 || !parsed.success) throw new SettingsError(problems);
  return parsed.data;
}

function otherVersion(version: unknown): string {
  const reads = `they have the schemaVersion ${JSON.stringify(version)}, and this version of deepflash reads ${schemaVersion}`;
  const newer = typeof version === 'number' && version > schemaVersion;
  return newer ? `${reads}: a newer deepflash wrote them, so update this one` : reads;
}

/** Why there is no network of these settings, or none for tiles of this size. */
function networkProblems(settings: Settings): string[] {
  const { architecture, tileSize } = settings;
  const encoder = settings.encoder === 'auto' ? usualEncoder : settings.encoder;
  try {
    const { smallest } = imageSides(networkShape({ ...settings, encoder }));
    return tileSize === null || tileSize >= smallest
      ? []
      : [`tileSize must be at least ${smallest} for ${architecture}`];
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    return [`${architecture} does not go with ${encoder}: ${error.problem}. ${error.remedy}`];
  }
}

function faults(settings: Record<string, unknown>, error: z.ZodError): string[] {
  const problems: string[] = [];
  const wrong = new Set<unknown>();
  for (const issue of error.issues) {
    if (issue.code === 'unrecognized_keys') {
      problems.push(...issue.keys.map(unknownSetting));
    } else {
      wrong.add(issue.path[0]);
    }
  }
  for (const { name, values } of describeSettings()) {
    if (wrong.has(name)) problems.push(`${name} must be ${values}, not ${JSON.stringify(settings[name])}`);
  }
  return problems;
}

/** What is said of a name that is no setting. */
export function unknownSetting(name: string): string {
  const nearest = nearestName(name, Object.keys(settingsSchema.shape));
  return `${name} is no setting${nearest ? ` (did you mean ${nearest}?)` : ''}`;
}

function relationProblems({
  folds,
  models,
  classes,
  classWeights,
  tverskyAlpha,
  tverskyBeta,
  soft,
  loss,
  experts,
}: Settings): string[] {
  const problems: string[] = [];
  if (folds !== null && models !== null && models > folds) {
    problems.push(`models must not be above folds, and ${models} is above ${folds}`);
  }
  if (classes !== null && classWeights !== null && classWeights.length !== classes) {
    problems.push(unfitClassWeights(classWeights, classes));
  }
  if (tverskyAlpha + tverskyBeta === 0) problems.push('tverskyAlpha and tverskyBeta must not both be 0');
  if (soft && lossesOfCertainClasses.has(loss)) problems.push(unfitLoss(loss));
  if (soft && experts !== null) {
    problems.push('soft and experts are two ways to learn from several experts: set one of them');
  }
  return problems;
}

/** What is said of a loss that is not defined for probabilities of classes. */
export function unfitLoss(loss: Settings['loss']): string {
  return `loss ${loss} is not defined for probability maps; choose another, such as CrossEntropyDiceLoss, or train on masks`;
}

/** What is said of class weights that are not as many as the classes. */
export function unfitClassWeights(classWeights: readonly number[], classes: number): string {
  return `classWeights must be ${classes} numbers, one for each class, and are ${classWeights.length}`;
}
