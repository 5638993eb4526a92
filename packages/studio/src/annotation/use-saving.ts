import { useCallback, useEffect, useRef, useState } from 'react';
import { type DrawingKind, type Rectangle, saveStroke } from '../api.ts';
import { showProblem } from '../components/problems.tsx';
import type { Values } from './tools.ts';

export const SAVED = {
  saved: 'All is saved.',
  saving: 'Saving …',
  failed: 'Not saved; trying again …',
} as const;

/** Milliseconds until a stroke that could not be saved is sent again. */
const AGAIN = 2000;

/** Saves strokes one after the other, and tries again until they are saved. */
export function useSaving(kind: DrawingKind, expert: string, image: string) {
  const [state, setState] = useState<keyof typeof SAVED>('saved');
  const queue = useRef<Promise<void>>(Promise.resolve());
  const open = useRef(0);
  const save = useCallback(
    (area: Rectangle, values: Values) => {
      open.current += 1;
      setState('saving');
      queue.current = queue.current.then(async () => {
        for (;;) {
          try {
            await saveStroke(kind, expert, image, area, values);
            break;
          } catch (error) {
            setState('failed');
            showProblem(error instanceof Error ? error.message : String(error));
            await new Promise((resolve) => setTimeout(resolve, AGAIN));
          }
        }
        open.current -= 1;
        if (open.current === 0) setState('saved');
      });
    },
    [kind, expert, image],
  );
  useEffect(() => {
    const ask = (event: BeforeUnloadEvent): void => {
      if (open.current > 0) event.preventDefault();
    };
    addEventListener('beforeunload', ask);
    return () => removeEventListener('beforeunload', ask);
  }, []);
  return { state, save };
}
