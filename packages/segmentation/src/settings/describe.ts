import { z } from 'zod';
import { type Settings, settingsSchema } from './schema.js';

/** What is said of one setting in helps, forms and documents. */
export interface SettingDescription {
  readonly name: keyof Settings;
  readonly default: unknown;
  /** What values it takes: `a whole number from 1 to 256, or null`. */
  readonly values: string;
  readonly help: string;
  /** Offered as an option of its own on the command line. */
  readonly flag: boolean;
  /** How text is read as a value. */
  readonly type: 'number' | 'boolean' | 'string' | 'numbers' | 'number-or-name' | 'numbers-or-names';
  readonly nullable: boolean;
}

/** Every setting in the order of the schema. */
export function describeSettings(): SettingDescription[] {
  return descriptions;
}

/** The part of JSON Schema that the settings use. */
interface JsonSetting {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly multipleOf?: number;
  readonly default?: unknown;
  readonly description?: string;
  readonly form?: string;
  readonly flag?: boolean;
  readonly anyOf?: readonly JsonSetting[];
  /** Of the entries of a list: schemas by place, or one for all. */
  readonly items?: JsonSetting;
}

const descriptions: SettingDescription[] = Object.entries(
  (z.toJSONSchema(settingsSchema, { io: 'input' }).properties ?? {}) as Record<string, JsonSetting>,
).map(([name, setting]) => {
  const nullable = setting.anyOf?.some(({ type }) => type === 'null') ?? false;
  const value = (nullable && setting.anyOf?.find(({ type }) => type !== 'null')) || setting;
  const form = setting.form ?? formOf(value);
  return {
    name: name as keyof Settings,
    default: setting.default,
    values: nullable ? `${form}, or null` : form,
    help: setting.description ?? '',
    flag: setting.flag ?? false,
    type: textType(value),
    nullable,
  };
});

function textType({ type, anyOf, items }: JsonSetting): SettingDescription['type'] {
  if (type === 'integer' || type === 'number') return 'number';
  if (type === 'boolean') return 'boolean';
  if (type === 'array') return items?.anyOf === undefined ? 'numbers' : 'numbers-or-names';
  return anyOf === undefined ? 'string' : 'number-or-name';
}

function formOf({ type, enum: names, minimum, maximum, exclusiveMinimum, multipleOf }: JsonSetting): string {
  if (names) return names.length === 1 ? `${names[0]}` : `one of ${names.join(', ')}`;
  if (type === 'boolean') return 'true or false';
  const number = type === 'integer' ? 'a whole number' : 'a number';
  const factor = multipleOf === undefined ? '' : `, a multiple of ${multipleOf},`;
  if (exclusiveMinimum !== undefined) return `${number}${factor} above ${exclusiveMinimum}`;
  return `${number}${factor} from ${minimum} to ${maximum}`;
}
