import { Alert } from '@mantine/core';
import { useIsGone } from '../server-events.ts';

/** Says that what is shown is from before, why, and what to do, for as long as that is so. */
export function NoAnswer({ problem }: { readonly problem: string | null }) {
  const isGone = useIsGone();
  if (!isGone && problem === null) return null;
  return (
    <Alert
      color="orange"
      variant="light"
      mb="md"
      title={isGone ? 'The studio does not answer' : 'What is shown is from before'}
      style={{ whiteSpace: 'pre-wrap' }}
    >
      {isGone
        ? 'What is shown is from before. Start the studio again with the same command: it opens at the same address, and this page goes on and saves the strokes that wait in it. Leave the page open until then. Jobs go on, or can be gone on with.'
        : problem}
    </Alert>
  );
}
