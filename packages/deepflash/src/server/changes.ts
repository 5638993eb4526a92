/** News for the pages that are open: something in the project is not as it was. */
import { EventEmitter } from 'node:events';

export interface Changes {
  tell(): void;
  /** Returns what ends it. */
  follow(listener: () => void): () => void;
}

export function newChanges(): Changes {
  const events = new EventEmitter().setMaxListeners(0);
  return {
    tell: () => void events.emit('change'),
    follow(listener) {
      events.on('change', listener);
      return () => void events.off('change', listener);
    },
  };
}
