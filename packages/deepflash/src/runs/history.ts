import type { RunEvent } from './events.js';

type EventOf<Type extends RunEvent['type']> = Extract<RunEvent, { type: Type }>;

/** What the events tell of one fold. */
export interface FoldHistory {
  readonly fold: number;
  readonly steps: readonly EventOf<'step'>[];
  readonly metrics: readonly EventOf<'metric'>[];
  /** Of held-out images on the way. */
  readonly pictures: readonly EventOf<'picture'>[];
  /** Undefined until the fold's files are in place. */
  readonly finished: EventOf<'finished'> | undefined;
  /** The last account of each held-out image, by name. */
  readonly validated: ReadonlyMap<string, EventOf<'validated'>>;
}

/**
 * The training of one fold as if it had never been interrupted: what was done after the checkpoint from which it
 * went on was done again, so only the later account counts.
 */
export function foldHistory(events: readonly RunEvent[], fold: number): FoldHistory {
  let steps: EventOf<'step'>[] = [];
  let metrics: EventOf<'metric'>[] = [];
  let pictures: EventOf<'picture'>[] = [];
  let finished: EventOf<'finished'> | undefined;
  const validated = new Map<string, EventOf<'validated'>>();
  for (const event of events) {
    if (!('fold' in event) || event.fold !== fold) continue;
    if (event.type === 'started') {
      steps = steps.filter(({ step }) => step <= event.step);
      metrics = metrics.filter(({ step }) => step <= event.step);
      pictures = pictures.filter(({ step }) => step <= event.step);
    } else if (event.type === 'step') {
      steps.push(event);
    } else if (event.type === 'metric') {
      metrics.push(event);
    } else if (event.type === 'picture') {
      pictures.push(event);
    } else if (event.type === 'finished') {
      finished = event;
    } else if (event.type === 'validated') {
      validated.set(event.name, event);
    }
  }
  return { fold, steps, metrics, pictures, finished, validated };
}
