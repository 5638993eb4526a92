import { Anchor, Button, Group, Stack, Text } from '@mantine/core';
import type { JobView } from 'deepflash';

interface ExampleTilesProps {
  readonly jobs: readonly JobView[];
  readonly onStart: () => void;
  readonly isStarting: boolean;
  readonly isPossible: boolean;
}

/** A contact sheet of tiles as the training would change them. */
export function ExampleTiles({ jobs, onStart, isStarting, isPossible }: ExampleTilesProps) {
  const last = jobs.findLast(({ kind, state }) => kind === 'augmentations' && state === 'done');
  return (
    <Stack gap="xs">
      <Group justify="space-between">
        <Text size="sm">
          Training tiles are turned, mirrored and changed at random, so that the network learns from more than
          there is. See whether they still look like images of yours.
        </Text>
        <Button variant="default" onClick={onStart} loading={isStarting} disabled={!isPossible}>
          Show example tiles
        </Button>
      </Group>
      {last !== undefined && (
        <>
          <img
            className="sheet"
            src={`/api/files/augmentations/tiles.png?of=${last.id}`}
            alt="Training tiles, each row with one kind of change, the last with all of them"
          />
          <Anchor size="sm" href="/api/files/augmentations/tiles.html" target="_blank">
            What each row is
          </Anchor>
        </>
      )}
    </Stack>
  );
}
