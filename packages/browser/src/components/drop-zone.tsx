import { Button, FileButton, Paper, Stack, Text } from '@mantine/core';
import { useState } from 'react';

export interface DropZoneProps {
  readonly label: string;
  readonly hint: string;
  /** Endings that the dialogue offers, such as `.png,.tif`. */
  readonly accept: string;
  readonly onFiles: (files: readonly File[]) => void;
  /** What was chosen, in words. */
  readonly chosen: string | null;
  /** Takes back what was chosen, where that makes sense. */
  readonly onRemove?: () => void;
}

/** A place to which files can be dragged, or where they can be chosen. */
export function DropZone({ label, hint, accept, onFiles, chosen, onRemove }: DropZoneProps) {
  const [over, setOver] = useState(false);
  return (
    <Paper
      withBorder
      p="md"
      style={{ borderStyle: 'dashed', borderColor: over ? 'var(--mantine-primary-color-filled)' : undefined }}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        const files = [...event.dataTransfer.files];
        if (files.length > 0) onFiles(files);
      }}
    >
      <Stack align="center" gap={6}>
        <FileButton multiple accept={accept} onChange={(files) => files.length > 0 && onFiles(files)}>
          {(props) => (
            <Button {...props} variant="light">
              {label}
            </Button>
          )}
        </FileButton>
        <Text size="sm" c="dimmed" ta="center">
          {hint}
        </Text>
        {chosen !== null && (
          <Text size="sm" fw={500} ta="center" role="status" style={{ overflowWrap: 'anywhere' }}>
            {chosen}
          </Text>
        )}
        {chosen !== null && onRemove !== undefined && (
          <Button variant="subtle" size="compact-sm" onClick={onRemove}>
            Remove
          </Button>
        )}
      </Stack>
    </Paper>
  );
}
