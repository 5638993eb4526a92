import { Button, Card, Group, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import type { ProjectView } from 'deepflash';
import { Link } from 'wouter';
import { post, useAction } from '../api.ts';

/** Where the project stands, and what comes next. */
export function OverviewPage({ project }: { readonly project: ProjectView }) {
  const sample = useAction(() => post('sample'));
  const { images, experts, groundTruth, runs, predictions } = project;
  const finished = runs.filter(({ state }) => state === 'finished');
  const drawn = new Set(experts.flatMap((expert) => expert.images)).size;
  const steps = [
    {
      href: '/images',
      title: 'Images',
      value: images.length,
      note: 'of the project',
      next: images.length === 0,
    },
    {
      href: '/annotate',
      title: 'Annotated',
      value: drawn,
      note: `by ${count(experts.length, 'expert')}`,
      next: images.length > 0 && drawn === 0,
    },
    {
      href: '/ground-truth',
      title: 'Ground truth',
      value: groundTruth.length,
      note: 'images with a consensus',
      next: drawn > 0 && groundTruth.length === 0,
    },
    {
      href: '/train',
      title: 'Trainings',
      value: finished.length,
      note: bestOf(finished),
      next: groundTruth.length > 0 && finished.length === 0,
    },
    {
      href: '/results',
      title: 'Predictions',
      value: predictions.length,
      note: 'to look at, the doubtful first',
      next: finished.length > 0 && predictions.length === 0,
    },
  ];
  return (
    <Stack mb="md">
      <Title order={2}>{project.name}</Title>
      {images.length === 0 && (
        <Card withBorder>
          <Stack gap="sm" align="flex-start">
            <Text>
              This project is empty. Bring images of your own, or look at the whole way first on generated
              cells, of which some are out of focus and truly ambiguous, with the drawings of three experts.
            </Text>
            <Group>
              <Button component={Link} href="/images">
                Add images
              </Button>
              <Button variant="default" loading={sample.isPending} onClick={() => sample.mutate(undefined)}>
                Try the sample project
              </Button>
            </Group>
          </Stack>
        </Card>
      )}
      <SimpleGrid cols={{ base: 1, xs: 2, md: 5 }}>
        {steps.map(({ href, title, value, note, next }) => (
          <Card
            withBorder
            key={href}
            component={Link}
            href={href}
            c="inherit"
            style={{ textDecoration: 'none' }}
          >
            <Text size="sm" c="dimmed">
              {title}
            </Text>
            <Text fz={30} fw={600} lh={1.3}>
              {value}
            </Text>
            <Text size="sm" c="dimmed">
              {note}
            </Text>
            {next && (
              <Text size="sm" fw={600} c="var(--mantine-color-anchor)" mt="xs">
                Next step →
              </Text>
            )}
          </Card>
        ))}
      </SimpleGrid>
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
