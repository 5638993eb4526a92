import { Button, Card, Group, Select, Stack, Text, Title } from '@mantine/core';
import type { ProjectView } from 'deepflash';
import { useLocation } from 'wouter';
import { pageOf } from '../addresses.ts';
import { part, post, useAction, useLatestPrediction, usePrediction } from '../api.ts';
import { ClusterTasks } from '../cluster/tasks.tsx';
import { Empty } from '../components/empty.tsx';
import { JobList } from '../components/jobs.tsx';
import { Downloads } from '../results/downloads.tsx';
import { NewPrediction } from '../results/new-prediction.tsx';
import { PredictedImage } from '../results/predicted-image.tsx';
import { RankedImages } from '../results/ranked-images.tsx';
import { freeName, takenNames } from '../training/free-name.ts';

interface ResultsPageProps {
  readonly project: ProjectView;
  readonly prediction: string | null;
  readonly image: string | null;
}

export default function ResultsPage({ project, prediction, image }: ResultsPageProps) {
  const [, go] = useLocation();
  const { predictions, jobs, runs, submitted } = project;
  const latest = useLatestPrediction(predictions);
  // Where none is finished, the last one is that of which there is most to tell.
  const usual = latest.isLoading ? null : (latest.data?.name ?? predictions.at(-1) ?? null);
  const name = prediction !== null && predictions.includes(prediction) ? prediction : usual;
  const { data } = usePrediction(name);
  const results = data?.images ?? [];
  const shown = results.find((one) => one.name === image) ?? results[0];
  const own = project.images.find((one) => one.name === shown?.name);
  const onCluster = new Set(submitted.filter(({ kind }) => kind === 'predictions').map((one) => one.name));
  if (name !== null && data?.submitted) onCluster.add(name);
  const isTrained = runs.some(({ state }) => state === 'finished');
  const show = (to: string): void => go(pageOf('results', name ?? '', to));
  return (
    <Stack gap="sm">
      <Group justify="space-between" wrap="nowrap">
        <Title order={2}>Predict and correct</Title>
        <Group gap="xs" wrap="nowrap">
          {predictions.length > 1 && (
            <Select
              aria-label="Prediction"
              data={[...predictions]}
              value={name}
              allowDeselect={false}
              onChange={(to) => to !== null && go(pageOf('results', to))}
              w={170}
            />
          )}
          {name !== null && data?.finished && <Downloads name={name} />}
          {name !== null && runs.some((run) => run.name === name && run.state === 'finished') && (
            <Retrain project={project} run={name} />
          )}
        </Group>
      </Group>
      {isTrained ? (
        <NewPrediction project={project} />
      ) : (
        <Empty title="No networks are trained yet" href="/train" action="Train">
          Trained networks find the objects in all images, and say where they are unsure.
        </Empty>
      )}
      <JobList jobs={jobs} kinds={['predict', 'submit-prediction']} />
      {[...onCluster].map((one) => (
        <ClusterTasks key={one} kind="predictions" name={one} />
      ))}
      {name !== null && shown !== undefined && (
        <div className="results">
          <RankedImages results={results} shown={shown.name} onShow={show} />
          {own === undefined ? (
            <Card withBorder>
              <Text>This image is no longer in the project.</Text>
            </Card>
          ) : (
            <PredictedImage
              key={`${name}/${own.name}`}
              project={project}
              prediction={name}
              image={own}
              result={shown}
              onNext={() => {
                const open = results.find((one) => !one.accepted && one.name !== shown.name);
                if (open !== undefined) show(open.name);
              }}
            />
          )}
        </div>
      )}
    </Stack>
  );
}

interface RetrainProps {
  readonly project: ProjectView;
  readonly run: string;
}

/** Trains further, from the networks that predicted, on all drawings, corrections among them, merged where several experts drew. */
function Retrain({ project, run }: RetrainProps) {
  const [, go] = useLocation();
  const as = freeName(takenNames(project), run.replace(/-\d+$/, ''));
  const retrain = useAction(async () => {
    await post(`runs/${part(run)}/retrain`, { as });
    go('/train');
  });
  return (
    <Button onClick={() => retrain.mutate(undefined)} loading={retrain.isPending}>
      Retrain with corrections
    </Button>
  );
}
