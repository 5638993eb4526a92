import { Modal, Text } from '@mantine/core';
import { type Submittable, useTaskLog } from '../api.ts';

interface TaskLogProps {
  readonly kind: Submittable;
  readonly name: string;
  readonly task: string;
  /** How the task is called on the page. */
  readonly title: string;
  readonly onClose: () => void;
}

/** What a task has printed so far. */
export function TaskLog({ kind, name, task, title, onClose }: TaskLogProps) {
  const { data, error } = useTaskLog(kind, name, task);
  const printed = data?.text.trim() === '' ? 'It has printed nothing yet.' : data?.text;
  return (
    <Modal
      opened
      onClose={onClose}
      size="xl"
      title={`Log of ${title}`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {error === null ? (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: whoever has no mouse scrolls by the keyboard
        <pre className="log" tabIndex={0}>
          {printed}
        </pre>
      ) : (
        <Text size="sm">{error.message}</Text>
      )}
    </Modal>
  );
}
