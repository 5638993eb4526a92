import { Anchor, Button, Card, Group, SimpleGrid, Stack, Table, Text, Title } from '@mantine/core';
import type { ProjectView } from 'deepflash';
import { part, post, useAction } from '../api.ts';
import { Empty } from '../components/empty.tsx';
import { JobList } from '../components/jobs.tsx';
import { TableCard } from '../components/table-card.tsx';
import { Term } from '../components/term.tsx';

/** Results and networks for other programs. */
export default function ExportPage({ project }: { readonly project: ProjectView }) {
  const { runs, predictions, exports, jobs, groundTruth } = project;
  const finished = runs.filter(({ state }) => state === 'finished');
  if (finished.length === 0 && predictions.length === 0 && groundTruth.length === 0) {
    return (
      <Stack>
        <Title order={2}>Export</Title>
        <Empty title="There is nothing to export yet" href="/" action="Overview">
          Here come the consensus of the experts, trained networks, masks, objects and tables, for Fiji,
          QuPath, Excel and bioimage.io.
        </Empty>
      </Stack>
    );
  }
  return (
    <Stack gap="sm">
      <Title order={2}>Export</Title>
      <JobList jobs={jobs} kinds={['export']} />
      {predictions.length > 0 && (
        <TableCard
          title="Predictions"
          head={[
            'Prediction',
            'Excel and CSV',
            <span key="rois">
              Fiji (<Term name="region-of-interest">ROI</Term> sets)
            </span>,
            'QuPath (GeoJSON)',
            <Term key="mask" name="mask">
              Masks
            </Term>,
            'Report',
          ]}
        >
          {predictions.map((name) => (
            <PredictionRow key={name} name={name} />
          ))}
        </TableCard>
      )}
      {finished.length > 0 && (
        <TableCard
          title={<Term name="model">Models</Term>}
          note="A package for the tools of bioimage.io; ensemble.onnx for every program that runs ONNX."
          head={['Training', 'Dice', 'ONNX', 'bioimage.io']}
        >
          {finished.map(({ name, dice }) => (
            <ModelRow key={name} name={name} dice={dice} isPacked={exports.includes(name)} />
          ))}
        </TableCard>
      )}
      {groundTruth.length > 0 && (
        <SimpleGrid cols={1}>
          <Card withBorder p="sm">
            <Group justify="space-between">
              <Text fw={600}>Ground truth of {groundTruth.length} images</Text>
              <Group gap="md">
                <Anchor size="sm" href="/api/files/ground-truth/results.xlsx">
                  Excel
                </Anchor>
                <Anchor size="sm" href="/api/files/ground-truth/experts.csv">
                  Experts (CSV)
                </Anchor>
                <Anchor size="sm" href="/api/files/ground-truth/report.html" target="_blank">
                  Report
                </Anchor>
              </Group>
            </Group>
          </Card>
        </SimpleGrid>
      )}
      <Text size="sm" c="dimmed">
        All of it lies as plain files in {project.folder} as well.
      </Text>
    </Stack>
  );
}

function PredictionRow({ name }: { readonly name: string }) {
  const file = (path: string): string => `/api/files/predictions/${part(name)}/${path}`;
  const archive = (of: string): string => `/api/archives/${part(name)}/${of}`;
  return (
    <Table.Tr>
      <Table.Td>{name}</Table.Td>
      <Table.Td>
        <Group gap="sm">
          <Anchor size="sm" href={file('results.xlsx')}>
            results.xlsx
          </Anchor>
          <Anchor size="sm" href={file('objects.csv')}>
            objects.csv
          </Anchor>
        </Group>
      </Table.Td>
      <Table.Td>
        <Anchor size="sm" href={archive('rois')}>
          rois.zip
        </Anchor>
      </Table.Td>
      <Table.Td>
        <Anchor size="sm" href={archive('geojson')}>
          geojson.zip
        </Anchor>
      </Table.Td>
      <Table.Td>
        <Anchor size="sm" href={archive('masks')}>
          masks.zip
        </Anchor>
      </Table.Td>
      <Table.Td>
        <Anchor size="sm" href={file('report.html')} target="_blank">
          Report
        </Anchor>
      </Table.Td>
    </Table.Tr>
  );
}

interface ModelRowProps {
  readonly name: string;
  readonly dice: number | null;
  readonly isPacked: boolean;
}

function ModelRow({ name, dice, isPacked }: ModelRowProps) {
  const pack = useAction(() => post('exports', { run: name }));
  return (
    <Table.Tr>
      <Table.Td>{name}</Table.Td>
      <Table.Td>{dice === null ? '–' : dice.toFixed(3)}</Table.Td>
      <Table.Td>
        <Anchor size="sm" href={`/api/files/runs/${part(name)}/ensemble.onnx`}>
          ensemble.onnx
        </Anchor>
      </Table.Td>
      <Table.Td>
        <Group gap="sm">
          {isPacked && (
            <Anchor size="sm" href={`/api/files/exports/${part(name)}.zip`}>
              {name}.zip
            </Anchor>
          )}
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => pack.mutate(undefined)}
            loading={pack.isPending}
          >
            {isPacked ? 'Pack again' : 'Pack for bioimage.io'}
          </Button>
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}
