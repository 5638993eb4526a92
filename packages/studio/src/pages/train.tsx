import {
  Accordion,
  Anchor,
  Badge,
  Button,
  Card,
  ColorSwatch,
  Group,
  NumberInput,
  Select,
  SimpleGrid,
  Stack,
  Switch,
  Table,
  Text,
  TextInput,
  Title,
} from '@mantine/core';
import type { ProjectView, SettingView } from 'deepflash';
import { useState } from 'react';
import { Link, useLocation } from 'wouter';
import { part, post, useAction, useRun, useSettings } from '../api.ts';
import { Curves } from '../components/curves.tsx';
import { JobList } from '../components/jobs.tsx';
import { Term } from '../components/term.tsx';
import { typedValue } from './setting-value.ts';

interface TrainPageProps {
  readonly project: ProjectView;
  readonly run: string | null;
}

export default function TrainPage({ project, run }: TrainPageProps) {
  const { runs, jobs } = project;
  const shown = run ?? runs.at(-1)?.name ?? null;
  return (
    <Stack>
      <Title order={2}>Train</Title>
      <NewTraining project={project} />
      <JobList jobs={jobs} kind="train" />
      {runs.length > 0 && (
        <Table maw={720} highlightOnHover>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Training</Table.Th>
              <Table.Th>
                <Term name="dice">Dice</Term> of held-out images
              </Table.Th>
              <Table.Th>State</Table.Th>
              <Table.Th>Files</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {runs.map((one) => (
              <Row key={one.name} run={one} />
            ))}
          </Table.Tbody>
        </Table>
      )}
      {shown !== null && runs.some(({ name }) => name === shown) && <Details name={shown} />}
    </Stack>
  );
}

function Row({ run }: { readonly run: ProjectView['runs'][number] }) {
  const resume = useAction(() => post(`runs/${part(run.name)}/resume`));
  const pack = useAction(() => post('exports', { run: run.name }));
  return (
    <Table.Tr>
      <Table.Td>
        <Link href={`/train/${part(run.name)}`}>{run.name}</Link>
      </Table.Td>
      <Table.Td>{run.dice === null ? '–' : run.dice.toFixed(3)}</Table.Td>
      <Table.Td>
        <Badge
          variant="default"
          leftSection={
            <ColorSwatch
              size={8}
              withShadow={false}
              color={
                run.state === 'finished' ? '#2f9e44' : run.state === 'interrupted' ? '#e8590c' : '#1971c2'
              }
            />
          }
        >
          {run.state}
        </Badge>
      </Table.Td>
      <Table.Td>
        <Group gap="xs">
          {run.state === 'interrupted' && (
            <Button size="compact-sm" onClick={() => resume.mutate(undefined)} loading={resume.isPending}>
              Go on
            </Button>
          )}
          {run.report && (
            <Anchor size="sm" href={`/api/files/runs/${part(run.name)}/report.html`} target="_blank">
              Report
            </Anchor>
          )}
          {run.state === 'finished' && (
            <Button size="compact-sm" variant="default" onClick={() => pack.mutate(undefined)}>
              Export for bioimage.io
            </Button>
          )}
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}

function NewTraining({ project }: { readonly project: ProjectView }) {
  const [, go] = useLocation();
  const { runs, groundTruth, experts } = project;
  const sources = [
    ...(groundTruth.length > 0
      ? [{ value: 'ground-truth', label: `Ground truth (${groundTruth.length} images)` }]
      : []),
    ...experts
      .filter(({ images }) => images.length > 0)
      .map(({ name, images }) => ({ value: name, label: `${name} (${images.length} images)` })),
  ];
  const [name, setName] = useState('');
  const [masks, setMasks] = useState<string | null>(null);
  const [minutes, setMinutes] = useState<number | ''>(5);
  const [models, setModels] = useState<number | ''>(2);
  const [further, setFurther] = useState(false);
  const [texts, setTexts] = useState<Readonly<Record<string, string>>>({});
  const { data: settings = [] } = useSettings();
  const last = runs.findLast(({ state }) => state === 'finished');
  const from = masks ?? sources[0]?.value ?? null;
  const title = name.trim() === '' ? `training-${runs.length + 1}` : name.trim();
  const start = useAction(async () => {
    const more = Object.fromEntries(
      settings
        .filter(({ name: key }) => (texts[key] ?? '').trim() !== '')
        .map((setting) => [setting.name, typedValue(setting, texts[setting.name] ?? '')]),
    );
    await post('runs', {
      name: title,
      masks: from,
      settings: {
        ...(minutes === '' ? {} : { minutes }),
        ...(models === '' ? {} : { folds: Math.max(2, models), models }),
        ...(further && last !== undefined ? { initialWeights: `${project.folder}/runs/${last.name}` } : {}),
        ...more,
      },
    });
    setName('');
    go(`/train/${part(title)}`);
  });
  return (
    <Card withBorder>
      <Stack gap="sm">
        <SimpleGrid cols={{ base: 1, sm: 2, lg: 4 }}>
          <TextInput
            label="Name"
            placeholder={title}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Select
            label="Learn from"
            data={sources}
            value={from}
            onChange={setMasks}
            allowDeselect={false}
            placeholder="nothing is annotated yet"
          />
          <NumberInput
            label="Minutes"
            description="about how long it may take here"
            min={0.1}
            value={minutes}
            onChange={(to) => setMinutes(typeof to === 'number' ? to : '')}
          />
          <NumberInput
            label="Networks"
            description="of the ensemble; each is tested on other images"
            min={1}
            max={20}
            value={models}
            onChange={(to) => setModels(typeof to === 'number' ? to : '')}
          />
        </SimpleGrid>
        {last !== undefined && (
          <Switch
            label={`Go on from the networks of ${last.name} instead of beginning anew`}
            checked={further}
            onChange={(event) => setFurther(event.currentTarget.checked)}
          />
        )}
        <Accordion variant="contained" chevronPosition="left">
          <Accordion.Item value="all">
            <Accordion.Control>
              All settings; what is left empty is chosen by the images, and why is told
            </Accordion.Control>
            <Accordion.Panel>
              <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
                {settings.map((setting) => (
                  <SettingInput
                    key={setting.name}
                    setting={setting}
                    text={texts[setting.name] ?? ''}
                    onChange={(text) => setTexts((before) => ({ ...before, [setting.name]: text }))}
                  />
                ))}
              </SimpleGrid>
            </Accordion.Panel>
          </Accordion.Item>
        </Accordion>
        <Group>
          <Button onClick={() => start.mutate(undefined)} loading={start.isPending} disabled={from === null}>
            Start training
          </Button>
          <Text size="sm" c="dimmed">
            Several networks make an <Term name="ensemble">ensemble</Term>. It can be stopped and gone on with
            at any time.
          </Text>
        </Group>
      </Stack>
    </Card>
  );
}

function SettingInput({
  setting,
  text,
  onChange,
}: {
  readonly setting: SettingView;
  readonly text: string;
  readonly onChange: (text: string) => void;
}) {
  const usual = Array.isArray(setting.default) ? setting.default.join(',') : String(setting.default);
  return (
    <TextInput
      label={setting.name}
      description={`${setting.help} (${setting.values})`}
      placeholder={usual}
      value={text}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

function Details({ name }: { readonly name: string }) {
  const { data: run } = useRun(name);
  if (run === undefined) return null;
  const reasons = Object.entries(run.reasons);
  return (
    <Stack gap="sm">
      <Title order={3}>{name}</Title>
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        {run.folds
          .filter(({ losses }) => losses.length > 0)
          .map((fold) => (
            <Card withBorder key={fold.fold}>
              <Text size="sm" fw={500}>
                Network {fold.fold}: step {fold.step} of {fold.steps}
                {!fold.finished && fold.secondsPerStep !== null
                  ? `, about ${Math.ceil(((fold.steps - fold.step) * fold.secondsPerStep) / 60)} min left`
                  : ''}
              </Text>
              <Curves fold={fold} />
            </Card>
          ))}
      </SimpleGrid>
      {reasons.length > 0 && (
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Chosen</Table.Th>
              <Table.Th>Value</Table.Th>
              <Table.Th>Why</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {reasons.map(([key, why]) => (
              <Table.Tr key={key}>
                <Table.Td>{key}</Table.Td>
                <Table.Td>{String(run.settings[key])}</Table.Td>
                <Table.Td>{why}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Stack>
  );
}
