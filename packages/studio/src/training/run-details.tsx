import { Button, Card, SimpleGrid, Stack, Table, Text, Title } from '@mantine/core';
import type { ProjectView, RunView } from 'deepflash';
import { part, post, useAction, useRun } from '../api.ts';
import { ClusterTasks } from '../cluster/tasks.tsx';
import { TableCard } from '../components/table-card.tsx';
import { Curves } from './curves.tsx';
import { HeldOut } from './held-out.tsx';
import { OnTheWay } from './on-the-way.tsx';
import { readable } from './setting-names.ts';

interface RunDetailsProps {
  readonly project: ProjectView;
  readonly view: RunView;
}

/** The curves of a training, what it predicts of images that it did not see, and why it is set as it is. */
export function RunDetails({ project, view: { name, state, submitted } }: RunDetailsProps) {
  const { data: run } = useRun(name);
  const here = useAction(() => post(`runs/${part(name)}/resume`));
  if (run === undefined) return null;
  const reasons = Object.entries(run.reasons);
  return (
    <Stack gap="sm">
      <Title order={3}>{name}</Title>
      {submitted && (
        <ClusterTasks kind="runs" name={name}>
          {state === 'submitted' && (
            <Button
              size="compact-sm"
              variant="default"
              loading={here.isPending}
              onClick={() => here.mutate(undefined)}
            >
              Go on here
            </Button>
          )}
        </ClusterTasks>
      )}
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        {run.folds
          .filter(({ losses }) => losses.length > 0)
          .map((fold) => (
            <Card withBorder p="sm" key={fold.fold}>
              <Text size="sm" fw={500}>
                Network {fold.fold} of {run.models}: step {fold.step} of {fold.steps}
                {fold.finished ? ', finished' : state === 'interrupted' ? '' : timeLeft(fold)}
              </Text>
              <Curves fold={fold} />
              {fold.pictured.length > 0 && <OnTheWay run={name} fold={fold} />}
            </Card>
          ))}
      </SimpleGrid>
      {run.heldOut.length > 0 && <HeldOut project={project} run={run} />}
      {run.notes.length > 0 && (
        <Card withBorder p="sm">
          <Text fw={600}>What was noticed</Text>
          {run.notes.map((note) => (
            <Text key={note} size="sm">
              {note}
            </Text>
          ))}
        </Card>
      )}
      {reasons.length > 0 && (
        <TableCard head={['Chosen', 'Value', 'Why']}>
          {reasons.map(([key, why]) => (
            <Table.Tr key={key}>
              <Table.Td>{readable(key)}</Table.Td>
              <Table.Td>{String(run.settings[key])}</Table.Td>
              <Table.Td>{why}</Table.Td>
            </Table.Tr>
          ))}
        </TableCard>
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
