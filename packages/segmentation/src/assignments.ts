import { describeSettings, type SettingDescription } from './settings/describe.js';
import { unknownSetting } from './settings/parse.js';
import { SettingsError } from './settings/settings-error.js';

/**
 * Settings from texts of the form `key=value`, as `--set` takes them: numbers, `true` and `false`, `null`, texts,
 * and several numbers or names with commas between them, each by what the schema says of the key. Values that do not fit are
 * left as they are for `parseSettings` to report.
 *
 * @throws SettingsError that lists texts without `=`, unknown keys and keys that are given twice.
 */
export function parseAssignments(texts: readonly string[]): Record<string, unknown> {
  const { values, problems } = readAssignments(texts);
  if (problems.length > 0) throw new SettingsError(problems);
  return values;
}

/** As `parseAssignments`, with what is wrong beside what is right, so that it can be told with other faults. */
export function readAssignments(texts: readonly string[]): {
  readonly values: Record<string, unknown>;
  readonly problems: readonly string[];
} {
  const rows = describeSettings();
  const problems: string[] = [];
  const values = new Map<string, unknown>();
  for (const text of texts) {
    const [, key, value] = /^\s*([^=\s]+)\s*=(.*)$/s.exec(text) ?? [];
    if (key === undefined || value === undefined) {
      problems.push(`${JSON.stringify(text)} is not of the form key=value, such as steps=300`);
      continue;
    }
    const row = rows.find(({ name }) => name === key);
    if (row === undefined) {
      problems.push(unknownSetting(key));
    } else if (values.has(key)) {
      problems.push(`${key} is given twice`);
    } else {
      values.set(key, readValue(value.trim(), row));
    }
  }
  return { values: Object.fromEntries(values), problems };
}

function readValue(text: string, { type, nullable }: SettingDescription): unknown {
  if (nullable && text === 'null') return null;
  if (type === 'string') return text;
  if (type === 'boolean') return text === 'true' ? true : text === 'false' ? false : text;
  if (type === 'numbers' || type === 'numbers-or-names')
    return text
      .replace(/^\[|\]$/g, '')
      .split(',')
      .map(numberOf);
  return numberOf(text);
}

function numberOf(text: string): number | string {
  const number = Number(text);
  return text.trim() === '' || Number.isNaN(number) ? text : number;
}
