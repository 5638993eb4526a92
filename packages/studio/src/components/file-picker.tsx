import { Button, FileButton, Paper, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { type Received, upload, useAction } from '../api.ts';

/** A place to which files can be dragged, or where they can be chosen. Tells what was not taken. */
export function FilePicker({
  path,
  label,
  hint,
}: {
  readonly path: string;
  readonly label: string;
  readonly hint: string;
}) {
  const [received, setReceived] = useState<Received | null>(null);
  const [over, setOver] = useState(false);
  const send = useAction(async (files: readonly File[]) => setReceived(await upload(path, files)));
  return (
    <Paper
      withBorder
      p="lg"
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
        if (files.length > 0) send.mutate(files);
      }}
    >
      <Stack align="center" gap="xs">
        <FileButton multiple onChange={(files) => files.length > 0 && send.mutate(files)}>
          {(props) => (
            <Button {...props} loading={send.isPending}>
              {label}
            </Button>
          )}
        </FileButton>
        <Text size="sm" c="dimmed" ta="center">
          {hint}
        </Text>
        {received !== null && (
          <Text size="sm" role="status">
            {received.added.length} added
            {received.refused.length > 0 ? `, ${received.refused.length} not taken:` : '.'}
          </Text>
        )}
        {received?.refused.map(({ file, problem }) => (
          <Text size="sm" c="red" key={file}>
            {problem}
          </Text>
        ))}
      </Stack>
    </Paper>
  );
}
