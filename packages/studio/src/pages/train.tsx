import { Stack, Title } from '@mantine/core';
import type { ProjectView } from 'deepflash';
import { useState } from 'react';
import { Empty } from '../components/empty.tsx';
import { JobList } from '../components/jobs.tsx';
import { Comparison } from '../training/comparison.tsx';
import { NewTraining } from '../training/new-training.tsx';
import { RunDetails } from '../training/run-details.tsx';
import { RunsTable } from '../training/runs-table.tsx';

interface TrainPageProps {
  readonly project: ProjectView;
  readonly run: string | null;
}

export default function TrainPage({ project, run }: TrainPageProps) {
  const { runs, jobs, experts } = project;
  const [compared, setCompared] = useState<ReadonlySet<string>>(new Set());
  const busy = jobs.find(({ kind, state }) => kind === 'train' && state === 'running')?.target;
  const last = runs.findLast(({ problem }) => problem === undefined);
  const shown = run ?? busy ?? last?.name ?? null;
  const isAnnotated = experts.some(({ images }) => images.length > 0);
  const begun = runs.find(({ name, settings }) => name === shown && settings !== null);
  return (
    <Stack gap="sm">
      <Title order={2}>Train</Title>
      {isAnnotated ? (
        <NewTraining project={project} />
      ) : (
        <Empty title="There is nothing to learn from yet" href="/annotate" action="Annotate">
          Networks learn from images on which the objects are drawn. A handful of images is a start.
        </Empty>
      )}
      <JobList jobs={jobs} kinds={['train', 'submit-training', 'learning-rate', 'augmentations']} />
      {runs.length > 0 && <RunsTable runs={runs} shown={shown} compared={compared} onCompare={setCompared} />}
      {compared.size > 1 && <Comparison names={[...compared]} />}
      {begun !== undefined && <RunDetails key={begun.name} project={project} view={begun} />}
    </Stack>
  );
}
