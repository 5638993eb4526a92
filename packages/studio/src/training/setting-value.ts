import type { SettingView } from 'deepflash';

/** The value of a setting from what was typed; what does not fit is left as it is, for the server to tell. */
export function typedValue(
  { type, nullable }: Pick<SettingView, 'type' | 'nullable'>,
  text: string,
): unknown {
  const plain = text.trim();
  if (nullable && plain === 'null') return null;
  if (type === 'string') return plain;
  if (type === 'boolean') return plain === 'true' ? true : plain === 'false' ? false : plain;
  if (type === 'numbers' || type === 'numbers-or-names')
    return plain.split(',').map((one) => numberOf(one.trim()));
  return numberOf(plain);
}

function numberOf(text: string): number | string {
  const number = Number(text);
  return text === '' || Number.isNaN(number) ? text : number;
}
