import { Box, Button, Card, Group, NumberInput, SegmentedControl, Select, Text } from '@mantine/core';
import type { ProjectView } from 'deepflash';
import { useState } from 'react';
import { post, useAction } from '../api.ts';
import { usePlace, WhereToRun } from '../cluster/where-to-run.tsx';
import { Term } from '../components/term.tsx';

interface Way {
  readonly value: string;
  readonly label: string;
  readonly help: string;
}

const APART: Way = {
  value: 'watershed',
  label: 'are cut apart',
  help: 'Objects that touch are cut where they are narrow, which suits round ones.',
};
const ONE: Way = { value: 'components', label: 'are one', help: 'Objects that touch are counted as one.' };
const ALWAYS = [ONE, APART] as const;
/** Of networks that were trained with the setting separation. */
const LEARNED: Way = {
  value: 'learned',
  label: 'as learned',
  help: 'These networks learned from the drawings where objects part, and cut them there.',
};

/** Which networks find the objects, and what counts as one. */
export function NewPrediction({ project }: { readonly project: ProjectView }) {
  const [chosen, setChosen] = useState<string | null>(null);
  const [wanted, setWanted] = useState<string | null>(null);
  const [minimumSize, setMinimumSize] = useState<number | ''>(0);
  const place = usePlace();
  const finished = project.runs.filter(({ state }) => state === 'finished');
  const run = finished.find(({ name }) => name === chosen) ?? finished.at(-1);
  const name = run?.name ?? null;
  const separates = run?.settings?.separates ?? false;
  const ways = separates ? [...ALWAYS, LEARNED] : ALWAYS;
  const way = ways.find(({ value }) => value === wanted) ?? (separates ? LEARNED : ONE);
  const start = useAction(() => {
    const size = minimumSize === '' ? 0 : minimumSize;
    const prediction = { name, run: name, separate: way.value, minimumSize: size };
    return place?.isCluster
      ? post('cluster/predictions', { ...prediction, resources: place.resources })
      : post('predictions', prediction);
  });
  return (
    <Card withBorder p="sm">
      <Group gap="md" align="center">
        <Group gap="xs">
          <Text size="sm">
            <Term name="model">Networks</Term> of
          </Text>
          <Select
            aria-label="Networks of"
            data={finished.map((one) => one.name)}
            value={name}
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
            data={ways.map(({ value, label }) => ({ value, label }))}
            value={way.value}
            onChange={setWanted}
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
          disabled={name === null || project.images.length === 0}
        >
          {place?.isCluster ? 'Submit prediction' : 'Predict all images'}
        </Button>
      </Group>
      <Text size="sm" c="dimmed" mt={4}>
        {way.help}
      </Text>
      {place !== null && (
        <Box mt="xs">
          <WhereToRun place={place} />
        </Box>
      )}
    </Card>
  );
}
