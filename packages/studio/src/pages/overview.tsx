import { Button, Card, Group, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import type { ProjectView } from 'deepflash';
import { Link, useLocation } from 'wouter';
import { pageOf } from '../addresses.ts';
import { post, useAction } from '../api.ts';
import { ClusterBadge } from '../cluster/badge.tsx';
import { JobList } from '../components/jobs.tsx';

const KINDS = [
  'ground-truth',
  'comparison',
  'train',
  'learning-rate',
  'augmentations',
  'predict',
  'export',
  'submit-training',
  'submit-prediction',
] as const;

/** Where the project stands, and what comes next. */
export function OverviewPage({ project }: { readonly project: ProjectView }) {
  const [, go] = useLocation();
  const sample = useAction(async () => {
    await post('sample');
    await post('tour', { step: 1 });
    go('/images');
  });
  const { images, experts, groundTruth, runs, predictions, submitted, jobs } = project;
  const finished = runs.filter(({ state }) => state === 'finished');
  const interrupted = runs.filter(({ state, problem }) => state === 'interrupted' && problem === undefined);
  const drawn = new Set(experts.flatMap((expert) => expert.images)).size;
  const drawers = experts.filter((expert) => expert.images.length > 0).length;
  const steps = [
    {
      href: '/images',
      title: '1. Images',
      value: images.length,
      note: 'of the project',
      help: 'Bring the images of your microscope.',
      next: images.length === 0,
    },
    {
      href: '/annotate',
      title: '2. Annotated',
      value: drawn,
      note: `by ${count(experts.length, 'expert')}`,
      help: 'Draw the objects on some of them, alone or with colleagues.',
      next: images.length > 0 && drawn === 0,
    },
    {
      href: '/ground-truth',
      title: '3. Ground truth',
      value: groundTruth.length,
      note: 'images with a consensus',
      help: 'Merge what several experts drew, and see how they agree.',
      next: drawers > 1 && groundTruth.length === 0,
    },
    {
      href: '/train',
      title: '4. Trainings',
      value: finished.length,
      note: bestOf(finished),
      help: 'Networks learn from the ground truth, or from what one expert drew.',
      next: (groundTruth.length > 0 || drawers === 1) && finished.length === 0,
    },
    {
      href: '/results',
      title: '5. Predictions',
      value: predictions.length,
      note: 'the doubtful images first',
      help: 'They find and count the objects in all images; you correct and train again.',
      next: finished.length > 0 && predictions.length === 0,
    },
  ];
  return (
    <Stack gap="md">
      <Title order={2}>{project.name}</Title>
      {images.length === 0 && (
        <Card withBorder p="xl">
          <Stack gap="sm" align="flex-start">
            <Title order={3} size="h3">
              From what experts draw to objects that are counted
            </Title>
            <Text maw={720}>
              Is this your first visit? The sample project leads you through all pages in a few minutes, with
              generated cells, of which some are out of focus and truly ambiguous, and the drawings of three
              experts. Or bring images of your own. No code is needed, and nothing leaves this computer.
            </Text>
            <Group>
              <Button size="md" loading={sample.isPending} onClick={() => sample.mutate(undefined)}>
                Try the sample project
              </Button>
              <Button size="md" variant="default" component={Link} href="/images">
                Add images
              </Button>
            </Group>
          </Stack>
        </Card>
      )}
      <SimpleGrid cols={{ base: 1, xs: 2, md: 5 }} spacing="sm">
        {steps.map(({ href, title, value, note, help, next }) => (
          <Card withBorder p="md" key={href} component={Link} href={href} className="step" data-next={next}>
            <Text size="sm" fw={600}>
              {title}
            </Text>
            <Text fz={34} fw={650} lh={1.25}>
              {value}
            </Text>
            <Text size="sm">{note}</Text>
            <Text size="sm" mt="xs" className="step-help">
              {help}
            </Text>
            {next && (
              <Text size="sm" fw={600} c="var(--accent-ink)" mt="auto" pt="xs">
                Next step →
              </Text>
            )}
          </Card>
        ))}
      </SimpleGrid>
      {interrupted.length > 0 && (
        <Card withBorder p="sm">
          <Group justify="space-between">
            <Text size="sm">
              {interrupted.map(({ name }) => name).join(', ')} {interrupted.length === 1 ? 'was' : 'were'}{' '}
              interrupted; nothing is lost.
            </Text>
            <Button size="compact-sm" variant="default" component={Link} href="/train">
              Go on there
            </Button>
          </Group>
        </Card>
      )}
      {submitted.map(({ kind, name }) => (
        <Card withBorder p="sm" key={`${kind}/${name}`}>
          <Group justify="space-between">
            <Group gap="sm">
              <Text size="sm">
                {kind === 'runs' ? 'The training' : 'The prediction'} {name}
              </Text>
              <ClusterBadge kind={kind} name={name} />
            </Group>
            <Button
              size="compact-sm"
              variant="default"
              component={Link}
              href={pageOf(kind === 'runs' ? 'train' : 'results', name)}
            >
              Its tasks
            </Button>
          </Group>
        </Card>
      ))}
      <JobList jobs={jobs} kinds={KINDS} />
      <Text size="sm" c="dimmed">
        Everything lies as plain files in {project.folder}.
      </Text>
    </Stack>
  );
}

function bestOf(runs: ProjectView['runs']): string {
  const best = Math.max(...runs.map(({ dice }) => dice ?? 0));
  return best > 0 ? `best Dice ${best.toFixed(3)}` : 'finished';
}

export function count(number: number, thing: string): string {
  return `${number} ${thing}${number === 1 ? '' : 's'}`;
}
