import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { foldFiles, predictionFiles, runFiles } from 'deepflash';

/** The files of a training that are not the same as another's: weights, ensemble and validation. */
export function otherTraining(run: string, as: string, folds: number): string[] {
  const files = (of: string): string[] => [
    ...Array.from({ length: folds }, (_, index) => foldFiles(of, index + 1).weights),
    ...[runFiles(of).ensemble, runFiles(of).validation.results],
  ];
  const [own, expected] = [files(run), files(as)];
  return own.filter((file, index) => !equal(file, expected[index] ?? ''));
}

/** The tables and files of a prediction that are not the same as another's, but for the column of seconds. */
export function otherPrediction(out: string, as: string): string[] {
  const [own, expected] = [predictionFiles(out), predictionFiles(as)];
  const untimed = (file: string): string =>
    readFileSync(file, 'utf8')
      .split('\n')
      .map((row) => row.slice(0, row.lastIndexOf(',')))
      .join('\n');
  const tables = [
    ...(untimed(own.results) === untimed(expected.results) ? [] : ['results.csv']),
    ...(equal(own.objects, expected.objects) ? [] : ['objects.csv']),
  ];
  const folders = (['masks', 'uncertainty', 'instances', 'rois', 'geojson'] as const).flatMap((kind) => {
    const [found, wanted] = [own[kind], expected[kind]].map((folder) => readdirSync(folder));
    if (found?.join() !== wanted?.join()) return [kind];
    return (wanted ?? []).filter((file) => !equal(join(own[kind], file), join(expected[kind], file)));
  });
  return [...tables, ...folders];
}

export function inWords(other: readonly string[]): string {
  return other.length === 0 ? 'the same, bit for bit' : `OTHER: ${other.slice(0, 5).join(', ')}`;
}

function equal(a: string, b: string): boolean {
  return readFileSync(a).equals(readFileSync(b));
}
