import {
  Anchor,
  Button,
  Card,
  Group,
  SegmentedControl,
  Select,
  Stack,
  Table,
  Text,
  Title,
} from '@mantine/core';
import type { ProjectView } from 'deepflash';
import { useState } from 'react';
import { part, post, useAction } from '../api.ts';
import { JobList } from '../components/jobs.tsx';
import { Term } from '../components/term.tsx';
import { Picture } from '../viewer/picture.tsx';
import { useOverlay } from '../viewer/use-overlay.ts';

export default function GroundTruthPage({ project }: { readonly project: ProjectView }) {
  const [method, setMethod] = useState('staple');
  const [chosen, setChosen] = useState<string | null>(null);
  const merge = useAction(() => post('ground-truth', { method }));
  const { experts, groundTruth, images, jobs } = project;
  const marked = new Set(experts.flatMap((expert) => expert.images));
  const name = chosen !== null && groundTruth.includes(chosen) ? chosen : (groundTruth[0] ?? null);
  const image = images.find((one) => one.name === name);
  return (
    <Stack>
      <Title order={2}>Experts and ground truth</Title>
      <Table maw={520}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Expert</Table.Th>
            <Table.Th>Images annotated</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {experts.map((expert) => (
            <Table.Tr key={expert.name}>
              <Table.Td>{expert.name}</Table.Td>
              <Table.Td>
                {expert.images.length} of {images.length}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Card withBorder>
        <Group align="flex-end">
          <div>
            <Text size="sm" fw={500} mb={4}>
              How they are merged (<Term name="staple">STAPLE</Term> or{' '}
              <Term name="majority-voting">majority</Term>)
            </Text>
            <SegmentedControl
              aria-label="Method"
              data={[
                { value: 'staple', label: 'STAPLE' },
                { value: 'majority', label: 'Majority vote' },
              ]}
              value={method}
              onChange={setMethod}
            />
          </div>
          <Button
            onClick={() => merge.mutate(undefined)}
            loading={merge.isPending}
            disabled={marked.size === 0}
          >
            Merge {marked.size} images
          </Button>
          {groundTruth.length > 0 && (
            <Anchor href="/api/files/ground-truth/report.html" target="_blank">
              Account of each expert
            </Anchor>
          )}
          {groundTruth.length > 0 && <Anchor href="/api/files/ground-truth/results.xlsx">Excel</Anchor>}
        </Group>
      </Card>
      <JobList jobs={jobs} kind="ground-truth" />
      {image !== undefined && (
        <Consensus image={image} names={groundTruth} experts={experts} onChange={setChosen} />
      )}
    </Stack>
  );
}

interface ConsensusProps {
  readonly image: ProjectView['images'][number];
  readonly names: readonly string[];
  readonly experts: ProjectView['experts'];
  readonly onChange: (name: string | null) => void;
}

function Consensus({ image, names, experts, onChange }: ConsensusProps) {
  const [who, setWho] = useState('consensus');
  const consensus = useOverlay(`overlays/ground-truth/consensus/${part(image.name)}`, 'classes');
  const drawing = useOverlay(
    who === 'consensus' ? null : `labels/${part(who)}/${part(image.name)}`,
    'classes',
  );
  const shown = who === 'consensus' ? consensus : drawing;
  const drew = experts.filter((expert) => expert.images.includes(image.name)).map(({ name }) => name);
  return (
    <Stack gap="xs">
      <Group align="flex-end">
        <Select
          label="Image"
          data={[...names]}
          value={image.name}
          onChange={onChange}
          allowDeselect={false}
          searchable
        />
        <SegmentedControl
          aria-label="Whose masks"
          data={[{ value: 'consensus', label: 'Consensus' }, ...drew]}
          value={who}
          onChange={setWho}
        />
      </Group>
      <Picture
        image={image}
        layers={shown === null ? [] : [{ canvas: shown, opacity: 0.45 }]}
        version={0}
        brightness={1}
        label={`${image.name} with the mask of ${who}`}
      />
    </Stack>
  );
}
