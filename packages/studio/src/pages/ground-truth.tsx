import {
  Anchor,
  Badge,
  Button,
  Card,
  Group,
  SegmentedControl,
  Stack,
  Table,
  Text,
  Title,
} from '@mantine/core';
import type { GroundTruthView, ProjectView } from 'deepflash';
import { useState } from 'react';
import { post, useAction, useGroundTruth } from '../api.ts';
import { Empty } from '../components/empty.tsx';
import { JobList } from '../components/jobs.tsx';
import { TableCard } from '../components/table-card.tsx';
import { Term } from '../components/term.tsx';
import { Consensus } from '../experts/consensus.tsx';
import { classColour, inStyle } from '../viewer/colours.ts';

const NAMES: Readonly<Record<string, string>> = { staple: 'STAPLE', majority: 'majority vote' };

export default function GroundTruthPage({ project }: { readonly project: ProjectView }) {
  const { experts, groundTruth, jobs } = project;
  const { data } = useGroundTruth();
  const [method, setMethod] = useState('staple');
  const merge = useAction((purpose: 'use' | 'compare') => post('ground-truth', { method, purpose }));
  const marked = new Set(experts.flatMap((expert) => expert.images)).size;
  if (marked === 0) {
    return (
      <Stack>
        <Title order={2}>Experts and ground truth</Title>
        <Empty title="Nobody has drawn yet" href="/annotate" action="Annotate">
          When several experts have drawn on the same images, their drawings are merged here into one
          consensus, and each expert gets an account.
        </Empty>
      </Stack>
    );
  }
  const isMade = data?.method === method;
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <Title order={2}>Experts and ground truth</Title>
        {groundTruth.length > 0 && (
          <Group gap="md">
            <Anchor href="/api/files/ground-truth/report.html" target="_blank">
              Report
            </Anchor>
            <Anchor href="/api/files/ground-truth/results.xlsx">Excel</Anchor>
          </Group>
        )}
      </Group>
      <Card withBorder p="sm">
        <Group justify="space-between">
          <Group gap="sm">
            <Text size="sm" fw={500}>
              Merge by <Term name="staple">STAPLE</Term> or <Term name="majority-voting">majority</Term>
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
            <Button onClick={() => merge.mutate('use')} loading={merge.isPending}>
              Merge {marked} {marked === 1 ? 'image' : 'images'}
            </Button>
            {groundTruth.length > 0 && data?.method !== null && !isMade && (
              <Button variant="default" onClick={() => merge.mutate('compare')} disabled={merge.isPending}>
                Only compare
              </Button>
            )}
          </Group>
          {data !== undefined && data.method !== null && groundTruth.length > 0 && (
            <Badge color="teal.9">
              ground truth of {groundTruth.length} images by {NAMES[data.method] ?? data.method}
            </Badge>
          )}
        </Group>
      </Card>
      <JobList jobs={jobs} kinds={['ground-truth', 'comparison']} />
      {groundTruth.length > 0 && data !== undefined && (
        <Consensus project={project} used={data.method} compared={data.compared} />
      )}
      {data !== undefined && data.experts.length > 0 && <Accounts view={data} />}
    </Stack>
  );
}

function Accounts({ view: { experts, agreement } }: { readonly view: GroundTruthView }) {
  const kappa = agreement.find(({ measure }) => measure === 'fleissKappa');
  const pairs = agreement.filter(({ measure, first }) => measure === 'dice' && first !== '');
  return (
    <div className="accounts">
      <TableCard
        title="Each expert against the consensus"
        head={[
          'Expert',
          'Images',
          <Term key="dice" name="dice">
            Dice
          </Term>,
          'Sensitivity',
          'Specificity',
          'Seen by nobody else',
        ]}
      >
        {experts.map((expert, index) => (
          <Table.Tr key={expert.name}>
            <Table.Td>
              <span className="dot" style={{ background: inStyle(classColour(index)) }} /> {expert.name}
            </Table.Td>
            <Table.Td>{expert.images}</Table.Td>
            <Table.Td>{expert.dice.toFixed(3)}</Table.Td>
            <Table.Td>{expert.sensitivity.toFixed(3)}</Table.Td>
            <Table.Td>{expert.specificity.toFixed(3)}</Table.Td>
            <Table.Td>{expert.objectsOfOne} objects</Table.Td>
          </Table.Tr>
        ))}
      </TableCard>
      <TableCard
        title={`How they agree${kappa === undefined ? '' : ` (Fleiss' kappa ${kappa.value.toFixed(2)})`}`}
        head={['Two experts', 'Dice']}
      >
        {pairs.map(({ first, second, value }) => (
          <Table.Tr key={`${first}/${second}`}>
            <Table.Td>
              {first} and {second}
            </Table.Td>
            <Table.Td>{value.toFixed(3)}</Table.Td>
          </Table.Tr>
        ))}
      </TableCard>
    </div>
  );
}
