import { Button, FileButton, Paper, Stack, Table, Text } from '@mantine/core';
import { IconUpload } from '@tabler/icons-react';
import type { Received } from 'deepflash';
import { useState } from 'react';
import { upload, useAction } from '../api.ts';
import { droppedFiles } from './dropped-files.ts';

interface FilePickerProps {
  readonly path: string;
  readonly label: string;
  readonly hint: string;
  /** Something was taken over. */
  readonly onReceived?: () => void;
}

/** A place to which files and folders can be dragged, or where they can be chosen. Tells what was matched, and what not and why. */
export function FilePicker({ path, label, hint, onReceived }: FilePickerProps) {
  const [received, setReceived] = useState<Received | null>(null);
  const [over, setOver] = useState(false);
  const send = useAction(async (files: readonly File[]) => {
    const answer = await upload(path, files);
    setReceived(answer);
    if (answer.added.length > 0) onReceived?.();
  });
  return (
    <Paper
      className="drop"
      data-over={over}
      p="lg"
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        void droppedFiles(event.dataTransfer).then((files) => files.length > 0 && send.mutate(files));
      }}
    >
      <Stack align="center" gap="xs">
        <FileButton multiple onChange={(files) => files.length > 0 && send.mutate(files)}>
          {(props) => (
            <Button {...props} loading={send.isPending} leftSection={<IconUpload size={18} />}>
              {label}
            </Button>
          )}
        </FileButton>
        <Text size="sm" c="dimmed" ta="center" maw={640}>
          {hint}
        </Text>
        {received !== null && <Outcome received={received} />}
      </Stack>
    </Paper>
  );
}

function Outcome({ received: { added, refused } }: { readonly received: Received }) {
  const matched = added.filter(({ expert }) => expert !== undefined);
  return (
    <>
      <Text size="sm" role="status">
        {added.length} added
        {refused.length > 0 ? `, ${refused.length} not taken:` : '.'}
      </Text>
      {refused.length > 0 && (
        <ul className="refused">
          {refused.map(({ file, problem }) => (
            <li key={file}>{problem}</li>
          ))}
        </ul>
      )}
      {matched.length > 0 && (
        <Table.ScrollContainer minWidth={420} mah={260} w="100%">
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Image</Table.Th>
                <Table.Th>Drawing</Table.Th>
                <Table.Th>Expert</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {matched.map(({ file, image, expert }) => (
                <Table.Tr key={`${expert}/${file}`}>
                  <Table.Td>{image}</Table.Td>
                  <Table.Td>{file}</Table.Td>
                  <Table.Td>{expert}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </>
  );
}
