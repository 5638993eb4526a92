import { z } from 'zod';

// The kinds of values that settings have.

export const whole = (lowest: number, highest: number) => z.int().min(lowest).max(highest);
export const between = (lowest: number, highest: number) => z.number().min(lowest).max(highest);
export const namesOf = <K extends string>(table: Readonly<Record<K, unknown>>) => Object.keys(table) as K[];

/** `flag`: the commands offer the setting as an option of its own, besides `--set`. */
export const shown = (description: string) => ({ description, flag: true });
