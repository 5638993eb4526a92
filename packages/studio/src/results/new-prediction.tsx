import { Button, Card, Group, NumberInput, SegmentedControl, Select, Text } from '@mantine/core';
import type { ProjectView } from 'deepflash';
import { useState } from 'react';
import { post, useAction } from '../api.ts';
import { Term } from '../components/term.tsx';

/** Which networks find the objects, and what counts as one. */
export function NewPrediction({ project }: { readonly project: ProjectView }) {
  const [chosen, setChosen] = useState<string | null>(null);
  const [separate, setSeparate] = useState('components');
  const [minimumSize, setMinimumSize] = useState<number | ''>(0);
  const finished = project.runs.filter(({ state }) => state === 'finished').map(({ name }) => name);
  const run = chosen ?? finished.at(-1) ?? null;
  const start = useAction(() =>
    post('predictions', { name: run, run, separate, minimumSize: minimumSize === '' ? 0 : minimumSize }),
  );
  return (
    <Card withBorder p="sm">
      <Group gap="md" align="center">
        <Group gap="xs">
          <Text size="sm">
            <Term name="model">Networks</Term> of
          </Text>
          <Select
            aria-label="Networks of"
            data={finished}
            value={run}
            onChange={setChosen}
            allowDeselect={false}
            w={170}
          />
        </Group>
        <Group gap="xs">
          <Text size="sm">Objects that touch</Text>
          <SegmentedControl
            size="xs"
            aria-label="Objects that touch"
            data={[
              { value: 'components', label: 'are one' },
              { value: 'watershed', label: 'are cut apart' },
            ]}
            value={separate}
            onChange={setSeparate}
          />
        </Group>
        <Group gap="xs">
          <Text size="sm">Smallest, pixels</Text>
          <NumberInput
            aria-label="Smallest object in pixels"
            w={84}
            min={0}
            value={minimumSize}
            onChange={(to) => setMinimumSize(typeof to === 'number' ? to : '')}
          />
        </Group>
        <Button
          ml="auto"
          onClick={() => start.mutate(undefined)}
          loading={start.isPending}
          disabled={run === null || project.images.length === 0}
        >
          Predict all images
        </Button>
      </Group>
    </Card>
  );
}
