import { Anchor, Button, Card, Group, SimpleGrid, Stack, Table, Text, Title } from '@mantine/core';
import type { ProjectView } from 'deepflash';
import { part, post, useAction } from '../api.ts';
import { Empty } from '../components/empty.tsx';
import { JobList } from '../components/jobs.tsx';
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
        <Card withBorder p={0}>
          <Text fw={600} p="sm" pb={4}>
            Predictions
          </Text>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Prediction</Table.Th>
                <Table.Th>Excel and CSV</Table.Th>
                <Table.Th>
                  Fiji (<Term name="region-of-interest">ROI</Term> sets)
                </Table.Th>
                <Table.Th>QuPath (GeoJSON)</Table.Th>
                <Table.Th>
                  <Term name="mask">Masks</Term>
                </Table.Th>
                <Table.Th>Report</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {predictions.map((name) => (
                <PredictionRow key={name} name={name} />
              ))}
            </Table.Tbody>
          </Table>
        </Card>
      )}
      {finished.length > 0 && (
        <Card withBorder p={0}>
          <Text fw={600} p="sm" pb={0}>
            <Term name="model">Models</Term>
          </Text>
          <Text size="sm" c="dimmed" px="sm" pb={4}>
            A package for the tools of bioimage.io; ensemble.onnx for every program that runs ONNX.
          </Text>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Training</Table.Th>
                <Table.Th>Dice</Table.Th>
                <Table.Th>ONNX</Table.Th>
                <Table.Th>bioimage.io</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {finished.map(({ name, dice }) => (
                <ModelRow key={name} name={name} dice={dice} isPacked={exports.includes(name)} />
              ))}
            </Table.Tbody>
          </Table>
        </Card>
      )}
      {groundTruth.length > 0 && (
        <SimpleGrid cols={1}>
          <Card withBorder p="sm">
            <Group justify="space-between">
              <Text fw={600}>Ground truth of {groundTruth.length} images</Text>
              <Group gap="md">
                <Anchor href="/api/files/ground-truth/results.xlsx">Excel</Anchor>
                <Anchor href="/api/files/ground-truth/experts.csv">Experts (CSV)</Anchor>
                <Anchor href="/api/files/ground-truth/report.html" target="_blank">
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
          <Anchor href={file('results.xlsx')}>results.xlsx</Anchor>
          <Anchor href={file('objects.csv')}>objects.csv</Anchor>
        </Group>
      </Table.Td>
      <Table.Td>
        <Anchor href={archive('rois')}>rois.zip</Anchor>
      </Table.Td>
      <Table.Td>
        <Anchor href={archive('geojson')}>geojson.zip</Anchor>
      </Table.Td>
      <Table.Td>
        <Anchor href={archive('masks')}>masks.zip</Anchor>
      </Table.Td>
      <Table.Td>
        <Anchor href={file('report.html')} target="_blank">
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
        <Anchor href={`/api/files/runs/${part(name)}/ensemble.onnx`}>ensemble.onnx</Anchor>
      </Table.Td>
      <Table.Td>
        <Group gap="sm">
          {isPacked && <Anchor href={`/api/files/exports/${part(name)}.zip`}>{name}.zip</Anchor>}
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
