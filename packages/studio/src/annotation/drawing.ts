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
  /** Begins a stroke: what is drawn until `end` is one step back. */
  begin(): void;
  /** Draws, and says what has to be shown anew. */
  draw(work: (labels: Labels) => Rectangle | null): Rectangle | null;
  end(): void;
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
  let before: Labels | null = null;
  let touched: Rectangle | null = null;

  const go = (from: Change[], to: Change[], which: 'before' | 'after'): Rectangle | null => {
    const change = from.pop();
    if (change === undefined) return null;
    pastePart(labels, change.area, change[which]);
    to.push(change);
    save(change.area, change[which]);
    return change.area;
  };

  return {
    labels,
    begin() {
      before = { ...labels, data: labels.data.slice() };
      touched = null;
    },
    draw(work) {
      const area = work(labels);
      touched = around(touched, area);
      return area;
    },
    end() {
      if (before !== null && touched !== null) {
        const change = { area: touched, before: copyPart(before, touched), after: copyPart(labels, touched) };
        if (change.before.some((value, i) => value !== change.after[i])) {
          done.push(change);
          undone.length = 0;
          save(change.area, change.after);
        }
      }
      before = null;
      touched = null;
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
