/** A drawing: labels that tools change, with an endless way back, each change handed on to be saved. */
import type { Rectangle } from '../api.ts';
import { around, copyPart, type Labels, pastePart } from './tools.ts';

interface Change {
  readonly area: Rectangle;
  readonly before: Uint8Array<ArrayBuffer>;
  readonly after: Uint8Array<ArrayBuffer>;
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
  readonly canUndo: boolean;
  readonly canRedo: boolean;
}

/** @param save takes the new labels of a rectangle */
export function createDrawing(
  labels: Labels,
  save: (area: Rectangle, values: Uint8Array<ArrayBuffer>) => void,
): Drawing {
  const done: Change[] = [];
  const undone: Change[] = [];
  /** The labels as they were after the last step. */
  const settled: Labels = { ...labels, data: labels.data.slice() };
  let touched: Rectangle | null = null;

  const put = (area: Rectangle, values: Uint8Array): void => {
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
    abandon() {
      const area = touched;
      touched = null;
      if (area !== null) pastePart(labels, area, copyPart(settled, area));
      return area;
    },
    undo: () => go(done, undone, 'before'),
    redo: () => go(undone, done, 'after'),
    get canUndo() {
      return done.length > 0;
    },
    get canRedo() {
      return undone.length > 0;
    },
  };
}
