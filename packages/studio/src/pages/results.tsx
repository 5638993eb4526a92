import {
  Anchor,
  Badge,
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
import type { PredictionView, ProjectView } from 'deepflash';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { part, post, useAction, usePrediction } from '../api.ts';
import { JobList } from '../components/jobs.tsx';
import { Term } from '../components/term.tsx';
import { Picture } from '../viewer/picture.tsx';
import { useOverlay } from '../viewer/use-overlay.ts';

interface ResultsPageProps {
  readonly project: ProjectView;
  readonly prediction: string | null;
  readonly image: string | null;
}

export default function ResultsPage({ project, prediction, image }: ResultsPageProps) {
  const [, go] = useLocation();
  const { predictions, jobs } = project;
  const name =
    prediction !== null && predictions.includes(prediction) ? prediction : (predictions.at(-1) ?? null);
  const { data } = usePrediction(name);
  const results = data?.images ?? [];
  const shown = results.find((one) => one.name === image) ?? results[0];
  const own = project.images.find((one) => one.name === shown?.name);
  return (
    <Stack>
      <Title order={2}>Predict and correct</Title>
      <NewPrediction project={project} />
      <JobList jobs={jobs} kind="predict" />
      {name !== null && (
        <Group align="flex-end">
          <Select
            label="Prediction"
            data={[...predictions]}
            value={name}
            allowDeselect={false}
            onChange={(to) => to !== null && go(`/results/${part(to)}`)}
          />
          {data?.finished && <Downloads name={name} />}
        </Group>
      )}
      {name !== null && shown !== undefined && own !== undefined && (
        <Look key={`${name}/${own.name}`} project={project} prediction={name} image={own} result={shown} />
      )}
      {results.length > 0 && (
        <Table.ScrollContainer minWidth={640}>
          <Table highlightOnHover>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Image, the doubtful first</Table.Th>
                <Table.Th>
                  Expected <Term name="dice">Dice</Term>
                </Table.Th>
                <Table.Th>Objects</Table.Th>
                <Table.Th>
                  <Term name="uncertainty">Uncertainty</Term>
                </Table.Th>
                <Table.Th>Note</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {results.map((one) => (
                <Table.Tr
                  key={one.file}
                  aria-selected={one === shown}
                  {...(one === shown ? { bg: 'var(--mantine-color-default-hover)' } : {})}
                >
                  <Table.Td>
                    <Anchor
                      component="button"
                      type="button"
                      size="sm"
                      onClick={() => go(`/results/${part(name ?? '')}/${part(one.name)}`)}
                    >
                      {one.file}
                    </Anchor>
                  </Table.Td>
                  <Table.Td>
                    {one.expectedDice.toFixed(2)} ({one.expectedDiceLow.toFixed(2)} to{' '}
                    {one.expectedDiceHigh.toFixed(2)})
                  </Table.Td>
                  <Table.Td>{one.objects}</Table.Td>
                  <Table.Td>{one.uncertainty.toFixed(3)}</Table.Td>
                  <Table.Td>{one.unlike ? one.reasons : ''}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Stack>
  );
}

function Downloads({ name }: { readonly name: string }) {
  const file = (path: string): string => `/api/files/predictions/${part(name)}/${path}`;
  return (
    <Group gap="sm">
      <Anchor size="sm" href={file('report.html')} target="_blank">
        Report
      </Anchor>
      <Anchor size="sm" href={file('results.xlsx')}>
        Excel
      </Anchor>
      <Anchor size="sm" href={file('objects.csv')}>
        Objects (CSV)
      </Anchor>
    </Group>
  );
}

function NewPrediction({ project }: { readonly project: ProjectView }) {
  const [chosen, setChosen] = useState<string | null>(null);
  const [separate, setSeparate] = useState('components');
  const finished = project.runs.filter(({ state }) => state === 'finished').map(({ name }) => name);
  const run = chosen ?? finished.at(-1) ?? null;
  const start = useAction(() => post('predictions', { name: run, run, separate }));
  return (
    <Card withBorder>
      <Group align="flex-end">
        <Select
          label="With the networks of"
          data={finished}
          value={run}
          onChange={setChosen}
          allowDeselect={false}
          placeholder="no training is finished yet"
        />
        <div>
          <Text size="sm" fw={500} mb={4}>
            Objects that touch
          </Text>
          <SegmentedControl
            aria-label="Objects that touch"
            data={[
              { value: 'components', label: 'are one' },
              { value: 'watershed', label: 'are cut apart' },
            ]}
            value={separate}
            onChange={setSeparate}
          />
        </div>
        <Button
          onClick={() => start.mutate(undefined)}
          loading={start.isPending}
          disabled={run === null || project.images.length === 0}
        >
          Predict all images
        </Button>
      </Group>
    </Card>
  );
}

interface LookProps {
  readonly project: ProjectView;
  readonly prediction: string;
  readonly image: ProjectView['images'][number];
  readonly result: PredictionView['images'][number];
}

/** One image with what was found in it; from here it goes back to the drawing board. */
function Look({ project, prediction, image, result }: LookProps) {
  const [, go] = useLocation();
  const [shown, setShown] = useState('prediction');
  const [who, setWho] = useState<string | null>(null);
  const experts = project.experts.map(({ name }) => name);
  const expert = who ?? experts[0] ?? null;
  const mask = useOverlay(`overlays/prediction/${part(prediction)}/${part(image.name)}`, 'classes');
  const doubt = useOverlay(`overlays/uncertainty/${part(prediction)}/${part(image.name)}`, 'heat');
  const layers = [
    ...(shown !== 'image' && shown !== 'uncertainty' && mask !== null
      ? [{ canvas: mask, opacity: 0.4 }]
      : []),
    ...(shown === 'uncertainty' && doubt !== null ? [{ canvas: doubt, opacity: 0.75 }] : []),
  ];
  const correct = useAction(async () => {
    await post('corrections', { prediction, image: image.name, expert });
    go(`/annotate/${part(expert ?? '')}/${part(image.name)}`);
  });
  return (
    <Stack gap="xs">
      <Group justify="space-between" align="flex-end">
        <Group gap="sm">
          <Title order={3}>{image.name}</Title>
          <Badge variant="default">expected Dice {result.expectedDice.toFixed(2)}</Badge>
          {result.unlike && <Badge color="red.9">unlike the training images</Badge>}
        </Group>
        <Group align="flex-end" gap="xs">
          <Select
            label="Correct as"
            data={experts}
            value={expert}
            onChange={setWho}
            allowDeselect={false}
            w={150}
          />
          <Button
            variant="default"
            onClick={() => correct.mutate(undefined)}
            loading={correct.isPending}
            disabled={expert === null}
          >
            Correct this image
          </Button>
        </Group>
      </Group>
      <SegmentedControl
        aria-label="What is shown"
        data={[
          { value: 'prediction', label: 'Prediction' },
          { value: 'uncertainty', label: 'Uncertainty' },
          { value: 'image', label: 'Image alone' },
        ]}
        value={shown}
        onChange={setShown}
        w="fit-content"
      />
      <Picture
        image={image}
        layers={layers}
        version={layers.length}
        brightness={1}
        label={`${image.name} with its ${shown}`}
      />
    </Stack>
  );
}
