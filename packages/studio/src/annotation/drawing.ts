/** A drawing: labels that tools change, with an endless way back, each change handed on to be saved. */
import type { Rectangle } from '../api.ts';
import { around, copyPart, type Labels, pastePart, type Values } from './tools.ts';

interface Change {
  readonly area: Rectangle;
  readonly before: Values;
  readonly after: Values;
}

export interface Drawing {
  readonly labels: Labels;
  /** Draws, and says what has to be shown anew; what is drawn until `end` is one step back. */
  draw(work: (labels: Labels) => Rectangle | null): Rectangle | null;
  end(): void;
  /** Takes back what was drawn since the last `end`. */
  abandon(): Rectangle | null;
  undo(): Rectangle | null;
  redo(): Rectangle | null;
  /** Whether something is drawn that did not end. */
  readonly isOpen: boolean;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
}

/** @param save takes the new labels of a rectangle */
export function createDrawing(labels: Labels, save: (area: Rectangle, values: Values) => void): Drawing {
  const done: Change[] = [];
  const undone: Change[] = [];
  /** The labels as they were after the last step. */
  const settled: Labels = { ...labels, data: labels.data.slice() };
  let touched: Rectangle | null = null;

  const put = (area: Rectangle, values: Values): void => {
    pastePart(labels, area, values);
    pastePart(settled, area, values);
  };
  const go = (from: Change[], to: Change[], which: 'before' | 'after'): Rectangle | null => {
    const change = from.pop();
    if (change === undefined) return null;
    put(change.area, change[which]);
    to.push(change);
    save(change.area, change[which]);
    return change.area;
  };

  const abandon = (): Rectangle | null => {
    const area = touched;
    touched = null;
    if (area !== null) pastePart(labels, area, copyPart(settled, area));
    return area;
  };

  return {
    labels,
    draw(work) {
      const area = work(labels);
      touched = around(touched, area);
      return area;
    },
    end() {
      const area = touched;
      touched = null;
      if (area === null) return;
      const change = { area, before: copyPart(settled, area), after: copyPart(labels, area) };
      if (change.before.every((value, i) => value === change.after[i])) return;
      pastePart(settled, area, change.after);
      done.push(change);
      undone.length = 0;
      save(area, change.after);
    },
    abandon,
    // What is begun is the first that is taken back.
    undo: () => abandon() ?? go(done, undone, 'before'),
    redo: () => around(abandon(), go(undone, done, 'after')),
    get isOpen() {
      return touched !== null;
    },
    get canUndo() {
      return done.length > 0;
    },
    get canRedo() {
      return undone.length > 0;
    },
  };
}
