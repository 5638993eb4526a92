/**
 * What the colours of masks mean, from a table that people write: people paint objects in one colour and what the
 * training shall leave out in another. As a CSV file, a JSON file, or a list on the command line:
 *
 *     colour,class          { "black": 0,              black=0,red=1,#0000ff=ignored
 *     black,0                 "red": 1,
 *     red,1                   "#0000ff": "ignored" }
 *     #0000ff,ignored
 */
import { readFile } from 'node:fs/promises';
import { decodeCsv } from '../csv.js';
import { messageOf, systemCode, UsageError } from '../errors.js';
import { colourName, parseColour } from './colour.js';

/** Means that pixels of a colour are left out. */
export type ColourMeaning = number | 'ignored';

/** The class of each colour, by its number 0xRRGGBB. */
export type ColourTable = ReadonlyMap<number, ColourMeaning>;

/** Whether the setting holds the table itself rather than the path of a file. */
export function isInlineTable(setting: string): boolean {
  return setting.includes('=') && !/\.(csv|tsv|txt|json)$/i.test(setting);
}

/** Reads the table of colours that the setting names or holds. Throws a UsageError that lists every fault of it. */
export async function readColourTable(setting: string): Promise<ColourTable> {
  const rows = isInlineTable(setting)
    ? setting.split(/[,;]/).map((part) => part.split('='))
    : await rowsOfFile(setting);
  return tableOf(rows, isInlineTable(setting) ? 'colours' : setting);
}

async function rowsOfFile(file: string): Promise<readonly (readonly unknown[])[]> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const reason = systemCode(error) === 'ENOENT' ? 'does not exist' : `cannot be read (${messageOf(error)})`;
    throw new UsageError(
      `The table of colours ${file} ${reason}: check the path, or write the table itself, such as black=0,red=1.`,
    );
  }
  return /^\s*[{[]/.test(text) ? rowsOfJson(text, file) : rowsOfCsv(text, file);
}

function rowsOfCsv(text: string, file: string): readonly (readonly string[])[] {
  const [head = [], ...lines] = decodeCsv(text);
  const columns = head.map((name) => name.trim().toLowerCase());
  const colour = columns.findIndex((name) => name === 'colour' || name === 'color');
  const meaning = columns.indexOf('class');
  if (colour < 0 || meaning < 0) {
    throw new UsageError(`${file} must begin with a line that names the columns colour and class.`);
  }
  return lines.map((cells) => [cells[colour] ?? '', cells[meaning] ?? '']);
}

function rowsOfJson(text: string, file: string): readonly (readonly unknown[])[] {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return Object.entries(value);
  } catch (error) {
    throw new UsageError(`${file} is no JSON (${messageOf(error)}): correct it.`);
  }
  throw new UsageError(
    `${file} must be a JSON object with the class of each colour, such as {"black": 0, "red": 1}.`,
  );
}

/** The most classes that leave a byte for what is left out. */
const MOST_CLASSES = 255;

function tableOf(rows: readonly (readonly unknown[])[], source: string): ColourTable {
  const problems: string[] = [];
  const table = new Map<number, ColourMeaning>();
  for (const [name, value] of rows) {
    const colour = parseColour(String(name));
    const meaning = meaningOf(value);
    if (colour === undefined) {
      problems.push(`${JSON.stringify(String(name))} is no colour: write it as #ff0000 or red`);
    } else if (meaning === undefined) {
      problems.push(
        `${colourName(colour)} means ${JSON.stringify(value)}: write a class from 0, the background, to ${MOST_CLASSES - 1}, or ignored`,
      );
    } else if (table.has(colour) && table.get(colour) !== meaning) {
      problems.push(`${colourName(colour)} has two meanings: keep one of them`);
    } else {
      table.set(colour, meaning);
    }
  }
  const classes = [...table.values()].filter((meaning) => meaning !== 'ignored');
  const highest = Math.max(0, ...classes);
  const missing = Array.from({ length: highest + 1 }, (_, c) => c).filter((c) => !classes.includes(c));
  if (problems.length === 0 && highest === 0) problems.push('no colour means a class above the background 0');
  if (problems.length === 0 && missing.some((c) => c > 0)) {
    problems.push(
      `no colour means class ${missing.filter((c) => c > 0).join(', ')}: number the classes without gaps`,
    );
  }
  if (problems.length > 0)
    throw new UsageError(`The table of colours in ${source} has faults: ${problems.join('; ')}.`);
  return table;
}

function meaningOf(value: unknown): ColourMeaning | undefined {
  const text = String(value).trim().toLowerCase();
  if (text === 'ignored' || text === 'ignore') return 'ignored';
  if (text === 'background') return 0;
  return /^\d{1,3}$/.test(text) && Number(text) < MOST_CLASSES ? Number(text) : undefined;
}
