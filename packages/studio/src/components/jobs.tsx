/** What the computer is at work on. */
import { Badge, Button, Group, Loader, Paper, Stack, Text } from '@mantine/core';
import type { JobView } from 'deepflash';
import { part, post, useAction } from '../api.ts';

const TITLES: Readonly<Record<JobView['kind'], string>> = {
  'ground-truth': 'Merging experts',
  train: 'Training',
  predict: 'Predicting',
  export: 'Exporting',
};

/** The jobs that wait or run, and the last one if it failed. */
export function JobList({
  jobs,
  kind,
}: {
  readonly jobs: readonly JobView[];
  readonly kind?: JobView['kind'];
}) {
  const cancel = useAction((id: string) => post(`jobs/${part(id)}/cancel`));
  const own = jobs.filter((job) => kind === undefined || job.kind === kind);
  const last = own.at(-1);
  const shown = own.filter(
    (job) => job.state === 'running' || job.state === 'waiting' || (job === last && job.state === 'failed'),
  );
  if (shown.length === 0) return null;
  return (
    <Stack gap="xs">
      {shown.map((job) => (
        <Paper key={job.id} withBorder p="sm">
          <Group justify="space-between" wrap="nowrap" align="flex-start">
            <Group gap="sm" wrap="nowrap" align="flex-start">
              {job.state === 'running' && <Loader size="sm" role="status" aria-label="running" />}
              <div>
                <Text fw={500}>
                  {TITLES[job.kind]} {job.target === job.kind ? '' : job.target}
                </Text>
                <Text size="sm" c="dimmed" style={{ whiteSpace: 'pre-wrap' }}>
                  {job.state === 'failed'
                    ? job.message
                    : (job.progress ?? (job.state === 'waiting' ? 'Waits for its turn' : 'Starting'))}
                </Text>
              </div>
            </Group>
            {job.state === 'failed' ? (
              <Badge color="red">failed</Badge>
            ) : (
              <Button size="compact-sm" variant="default" onClick={() => cancel.mutate(job.id)}>
                Stop
              </Button>
            )}
          </Group>
        </Paper>
      ))}
    </Stack>
  );
}
