import { Alert } from '@mantine/core';

/** What went wrong, until it is read. */
export function Problem({
  problem,
  onClose,
}: {
  readonly problem: string | null;
  readonly onClose: () => void;
}) {
  return (
    <div role="alert">
      {problem !== null && (
        <Alert
          color="red"
          variant="light"
          title="That did not work"
          withCloseButton
          closeButtonLabel="Dismiss"
          onClose={onClose}
          style={{ whiteSpace: 'pre-wrap' }}
        >
          {problem}
        </Alert>
      )}
    </div>
  );
}
