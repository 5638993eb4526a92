import { Select, TextInput } from '@mantine/core';
import type { SettingView } from 'deepflash';
import type { ReactNode } from 'react';
import { Term } from '../components/term.tsx';
import { readable, termOf } from './setting-names.ts';

interface SettingFieldProps {
  readonly setting: SettingView;
  /** What was typed; empty: as usual. */
  readonly text: string;
  readonly onChange: (text: string) => void;
}

/** One setting with its help; what is left empty is as usual, or chosen by the images. */
export function SettingField({ setting, text, onChange }: SettingFieldProps) {
  const label = readable(setting.name);
  const usual = usualText(setting.default);
  const choices = choicesOf(setting);
  const description = <Help setting={setting} />;
  return choices === undefined ? (
    <TextInput
      label={label}
      description={description}
      placeholder={usual}
      value={text}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  ) : (
    <Select
      label={label}
      description={description}
      placeholder={usual}
      data={choices}
      value={text === '' ? null : text}
      onChange={(to) => onChange(to ?? '')}
      clearable
      allowDeselect={false}
      searchable={choices.length > 8}
    />
  );
}

function Help({ setting }: { readonly setting: SettingView }): ReactNode {
  const term = termOf(setting.name);
  const [help, values] = inFields(setting);
  return (
    <>
      {help.replace(/^Augmentation: /, '')} {values.startsWith('one of') ? '' : `(${values})`}{' '}
      {term !== undefined && <Term name={term}>What is this?</Term>}
    </>
  );
}

/** What is null in files is a field that is left empty, where it is the usual value. */
function inFields({ help, values, default: usual }: SettingView): readonly [help: string, values: string] {
  if (usual !== null) return [help, values];
  return [help.replace(/\bnull:/, 'empty:'), values.replace(/, or null$/, ', or empty')];
}

/** The values among which one can choose; undefined where one types. */
function choicesOf({ type, values, nullable }: SettingView): string[] | undefined {
  if (type === 'boolean') return ['true', 'false'];
  const [, list] = /^one of (.*?)(?:, or null)?$/.exec(values) ?? [];
  if (type !== 'string' || list === undefined) return undefined;
  return [...list.split(', '), ...(nullable ? ['null'] : [])];
}

function usualText(value: unknown): string {
  if (value === null) return 'chosen by the images, or none';
  return Array.isArray(value) ? value.join(',') : String(value);
}
