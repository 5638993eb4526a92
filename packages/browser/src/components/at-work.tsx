import { Button, Group, Paper, Progress, Text } from '@mantine/core';

interface AtWorkProps {
  /** What is done at the moment. */
  readonly label: string;
  /** How much of it is done, from 0 to 1. */
  readonly part: number;
  /** Null when it is asked to stop already. */
  readonly onStop: (() => void) | null;
}

/** What the page is at work on, and a button to stop it. */
export function AtWork({ label, part, onStop }: AtWorkProps) {
  return (
    <Paper withBorder p="sm">
      <Group justify="space-between" wrap="nowrap" mb={6}>
        <Text size="sm" role="status">
          {label}
        </Text>
        <Button
          size="compact-sm"
          variant="default"
          disabled={onStop === null}
          onClick={onStop ?? (() => undefined)}
        >
          Stop
        </Button>
      </Group>
      <Progress value={100 * part} animated aria-label="Progress" />
    </Paper>
  );
}
