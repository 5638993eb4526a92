/**
 * Handles Ctrl-C and a request to end by the system: `first` at the first one, `second` at each further one.
 * Returns a function that gives both back their usual meaning.
 */
export function onInterrupt(first: () => void, second: () => void): () => void {
  let times = 0;
  const handle = (): void => (times++ === 0 ? first() : second());
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const signal of signals) process.on(signal, handle);
  return () => {
    for (const signal of signals) process.off(signal, handle);
  };
}
