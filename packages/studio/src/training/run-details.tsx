import { Card, SimpleGrid, Stack, Table, Text, Title } from '@mantine/core';
import type { ProjectView } from 'deepflash';
import { useRun } from '../api.ts';
import { Curves } from './curves.tsx';
import { HeldOut } from './held-out.tsx';
import { readable } from './setting-names.ts';

interface RunDetailsProps {
  readonly project: ProjectView;
  readonly name: string;
}

/** The curves of a training, what it predicts of images that it did not see, and why it is set as it is. */
export function RunDetails({ project, name }: RunDetailsProps) {
  const { data: run } = useRun(name);
  if (run === undefined) return null;
  const reasons = Object.entries(run.reasons);
  return (
    <Stack gap="sm">
      <Title order={3}>{name}</Title>
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        {run.folds
          .filter(({ losses }) => losses.length > 0)
          .map((fold) => (
            <Card withBorder p="sm" key={fold.fold}>
              <Text size="sm" fw={500}>
                Network {fold.fold} of {run.models}: step {fold.step} of {fold.steps}
                {fold.finished ? ', finished' : timeLeft(fold)}
              </Text>
              <Curves fold={fold} />
            </Card>
          ))}
      </SimpleGrid>
      {run.heldOut.length > 0 && <HeldOut project={project} run={run} />}
      {reasons.length > 0 && (
        <Card withBorder p={0}>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Chosen</Table.Th>
                <Table.Th>Value</Table.Th>
                <Table.Th>Why</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {reasons.map(([key, why]) => (
                <Table.Tr key={key}>
                  <Table.Td>{readable(key)}</Table.Td>
                  <Table.Td>{String(run.settings[key])}</Table.Td>
                  <Table.Td>{why}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Card>
      )}
    </Stack>
  );
}

function timeLeft({
  steps,
  step,
  secondsPerStep,
}: {
  steps: number;
  step: number;
  secondsPerStep: number | null;
}) {
  if (secondsPerStep === null) return '';
  const seconds = (steps - step) * secondsPerStep;
  if (seconds < 90) return `, about ${Math.ceil(seconds)} s left`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 120 ? `, about ${minutes} min left` : `, about ${Math.round(minutes / 60)} h left`;
}
