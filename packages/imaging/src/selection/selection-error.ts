import { SelectionError } from '../errors.js';

/** The file lacks what was asked for. */
export function missing(file: string, wanted: string, there: string): SelectionError {
  return new SelectionError({
    file,
    problem: `has no ${wanted}; it has ${there}`,
    remedy: 'choose what it has',
  });
}
