/**
 * Strokes on their way to the disk. They belong to the page as a whole and not to a drawing board: one that is left while
 * the studio does not answer loses none of them, and they are there again when it is opened.
 */
import { create } from 'zustand';
import { ApiError, type DrawingKind, type Rectangle, saveStroke } from '../api.ts';
import { showProblem } from '../components/problems.tsx';
import { type Labels, pastePart, type Values } from './tools.ts';

/** Whose drawing it is, and of which image. */
export interface DrawingName {
  readonly kind: DrawingKind;
  readonly expert: string;
  readonly image: string;
}

interface Stroke {
  readonly area: Rectangle;
  readonly values: Values;
}

interface Unsaved {
  readonly drawing: DrawingName;
  /** In the order in which they were drawn; the first is being sent. */
  readonly strokes: readonly Stroke[];
  readonly hasFailed: boolean;
}

/** Milliseconds until a stroke that could not be saved is sent again. */
const AGAIN = 2000;

/** By drawing; those of which all is saved are not in it. */
const useUnsaved = create<Readonly<Record<string, Unsaved>>>(() => ({}));

export type SavingState = 'saved' | 'saving' | 'failed';

export function useSavingState(drawing: DrawingName): SavingState {
  return useUnsaved((all) => stateOf(all[keyOf(drawing)]));
}

/** How many strokes of all drawings could not be saved so far. */
export function useFailedStrokes(): number {
  return useUnsaved((all) =>
    Object.values(all).reduce((sum, { strokes, hasFailed }) => sum + (hasFailed ? strokes.length : 0), 0),
  );
}

/** Saves a stroke after those before it, and tries again until it is saved; one that is refused is told and given up. */
export function save(drawing: DrawingName, area: Rectangle, values: Values): void {
  const key = keyOf(drawing);
  const before = of(key);
  const strokes = [...(before?.strokes ?? []), { area, values }];
  useUnsaved.setState({ [key]: { drawing, strokes, hasFailed: before?.hasFailed ?? false } });
  if (before === undefined) void send(key);
}

/** What is not on the disk yet of a drawing. To be asked before the drawing is, so that none is missed in between. */
export function unsavedOf(drawing: DrawingName): readonly Stroke[] {
  return of(keyOf(drawing))?.strokes ?? [];
}

/** Draws strokes over what the disk had, which may hold some of them already. */
export function drawOver(labels: Labels, strokes: readonly Stroke[]): void {
  for (const { area, values } of strokes) pastePart(labels, area, values);
}

async function send(key: string): Promise<void> {
  for (let all = of(key); all !== undefined; all = of(key)) {
    const { kind, expert, image } = all.drawing;
    const [first] = all.strokes;
    if (first === undefined) {
      drop(key);
      return;
    }
    try {
      await saveStroke(kind, expert, image, first.area, first.values);
      change(key, ({ strokes }) => ({ strokes: strokes.slice(1), hasFailed: false }));
    } catch (error) {
      if (isRefused(error)) {
        // It would be refused again, and those after it would wait for ever.
        showProblem(
          `A stroke on ${image} is not saved: ${error.message} Open the drawing anew to see what is.`,
        );
        change(key, ({ strokes }) => ({ strokes: strokes.slice(1), hasFailed: false }));
        continue;
      }
      // It is said once, not with every try; that nobody answers is told on every page anyway.
      if (of(key)?.hasFailed === false && !isUnanswered(error)) {
        showProblem(error instanceof Error ? error.message : String(error));
      }
      change(key, () => ({ hasFailed: true }));
      await new Promise((resolve) => setTimeout(resolve, AGAIN));
    }
  }
}

/** Whether the studio found fault with what was sent. */
function isRefused(error: unknown): error is ApiError {
  return error instanceof ApiError && (error.status === 400 || error.status === 413);
}

function isUnanswered(error: unknown): boolean {
  return error instanceof ApiError && error.status === null;
}

function of(key: string): Unsaved | undefined {
  return useUnsaved.getState()[key];
}

/** More strokes may have come since one was sent: what is there now is changed. */
function change(key: string, to: (now: Unsaved) => Partial<Unsaved>): void {
  const now = of(key);
  if (now !== undefined) useUnsaved.setState({ [key]: { ...now, ...to(now) } });
}

function drop(key: string): void {
  useUnsaved.setState(({ [key]: _, ...others }) => others, true);
}

function keyOf({ kind, expert, image }: DrawingName): string {
  return JSON.stringify([kind, expert, image]);
}

function stateOf(unsaved: Unsaved | undefined): SavingState {
  return unsaved === undefined ? 'saved' : unsaved.hasFailed ? 'failed' : 'saving';
}

// The browser asks before it closes a page that has something to lose.
addEventListener('beforeunload', (event) => {
  if (Object.keys(useUnsaved.getState()).length > 0) event.preventDefault();
});
