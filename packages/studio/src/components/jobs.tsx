/** What the computer is at work on. */
import { Badge, Button, Group, Loader, Paper, Progress, Stack, Text } from '@mantine/core';
import type { JobView } from 'deepflash';
import { Link } from 'wouter';
import { part, post, useAction } from '../api.ts';
import { useIsGone } from '../server-events.ts';
import { endOf, isOver, stageOf } from './job-states.ts';

const TITLES: Readonly<Record<JobView['kind'], string>> = {
  'ground-truth': 'Merging experts by',
  comparison: 'Comparing with',
  train: 'Training',
  'learning-rate': 'Trying learning rates on',
  augmentations: 'Making example tiles of',
  predict: 'Predicting with',
  export: 'Packing',
  'submit-training': 'Submitting the training',
  'submit-prediction': 'Submitting the prediction',
};

const PAGE_OF: Readonly<Record<JobView['kind'], string>> = {
  'ground-truth': '/ground-truth',
  comparison: '/ground-truth',
  train: '/train',
  'learning-rate': '/train',
  augmentations: '/train',
  predict: '/results',
  export: '/export',
  'submit-training': '/train',
  'submit-prediction': '/results',
};

/** What goes on at the moment, on every page. */
export function JobBadge({ jobs }: { readonly jobs: readonly JobView[] }) {
  const isGone = useIsGone();
  const running = jobs.find(({ state }) => state === 'running');
  const waiting = jobs.filter(({ state }) => state === 'waiting').length;
  if (running === undefined || isGone) return null;
  return (
    <Button
      component={Link}
      href={PAGE_OF[running.kind]}
      variant="default"
      size="compact-md"
      leftSection={<Loader size={14} role="status" aria-label="at work" />}
    >
      {TITLES[running.kind]} {running.target}
      {waiting > 0 ? `, ${waiting} waiting` : ''}
    </Button>
  );
}

interface JobListProps {
  readonly jobs: readonly JobView[];
  readonly kinds: readonly JobView['kind'][];
}

/** The jobs that wait or run, and the last one where there is something to tell of its end. */
export function JobList({ jobs, kinds }: JobListProps) {
  const cancel = useAction((id: string) => post(`jobs/${part(id)}/cancel`));
  const isGone = useIsGone();
  const own = jobs.filter(({ kind }) => kinds.includes(kind));
  const last = own.at(-1);
  const shown = own.filter((job) => !isOver(job) || (job === last && endOf(job) !== null));
  if (shown.length === 0) return null;
  return (
    <Stack gap="xs">
      {shown.map((job) => (
        <Paper key={job.id} withBorder p="sm" className="mantine-Card-root">
          <Group justify="space-between" wrap="nowrap" align="flex-start">
            <Group gap="sm" wrap="nowrap" align="flex-start" style={{ flex: 1 }}>
              {job.state === 'running' && !isGone && <Loader size="sm" role="status" aria-label="running" />}
              <div style={{ flex: 1 }}>
                <Text fw={500}>
                  {TITLES[job.kind]} {job.target}
                </Text>
                <Text size="sm" c="dimmed" style={{ whiteSpace: 'pre-wrap' }}>
                  {isOver(job)
                    ? endOf(job)
                    : isGone
                      ? 'Not known as long as the studio does not answer'
                      : stageOf(job)}
                </Text>
                <Part progress={job.progress} />
              </div>
            </Group>
            {isOver(job) ? (
              <Badge color={job.state === 'failed' ? 'red.9' : '#9a3412'}>{job.state}</Badge>
            ) : (
              <Button
                size="compact-sm"
                variant="default"
                disabled={isGone}
                onClick={() => cancel.mutate(job.id)}
              >
                Stop
              </Button>
            )}
          </Group>
        </Paper>
      ))}
    </Stack>
  );
}

/** A bar where the progress tells how many of how many. */
function Part({ progress }: { readonly progress: string | null }) {
  const [, done, all] = /(\d+)\/(\d+)/.exec(progress ?? '') ?? [];
  if (done === undefined || all === undefined) return null;
  return <Progress mt={6} size="sm" value={(100 * Number(done)) / Number(all)} aria-label="Progress" />;
}
