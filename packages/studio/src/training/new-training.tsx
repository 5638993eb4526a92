import {
  Button,
  Card,
  Collapse,
  Group,
  NumberInput,
  SegmentedControl,
  Select,
  SimpleGrid,
  Stack,
  Switch,
  Tabs,
  Text,
  TextInput,
} from '@mantine/core';
import type { ProjectView } from 'deepflash';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { pageOf } from '../addresses.ts';
import { post, useAction, useSettings } from '../api.ts';
import { usePlace, WhereToRun } from '../cluster/where-to-run.tsx';
import { Term } from '../components/term.tsx';
import { AllSettings, type Texts } from './all-settings.tsx';
import { ExampleTiles } from './example-tiles.tsx';
import { freeName, takenNames } from './free-name.ts';
import { LearningRates } from './learning-rates.tsx';
import { typedValue } from './setting-value.ts';

/** The form of a training: four questions, or every setting. */
export function NewTraining({ project }: { readonly project: ProjectView }) {
  const [, go] = useLocation();
  const { runs, jobs } = project;
  const { data: settings = [] } = useSettings();
  const [view, setView] = useState('simple');
  const [name, setName] = useState('');
  const [masks, setMasks] = useState<string | null>(null);
  const [minutes, setMinutes] = useState<number | ''>(5);
  const [models, setModels] = useState<number | ''>(2);
  const [further, setFurther] = useState(false);
  const [texts, setTexts] = useState<Texts>({});
  const place = usePlace();
  const isCluster = place?.isCluster ?? false;
  const sources = sourcesOf(project);
  const from = masks ?? sources[0]?.value ?? null;
  const last = runs.findLast(({ state }) => state === 'finished');
  const title = name.trim() === '' ? freeName(takenNames(project)) : name.trim();

  /** What differs from the usual settings. */
  const given = (): Readonly<Record<string, unknown>> => {
    const typed = settings
      .filter((setting) => (texts[setting.name] ?? '').trim() !== '')
      .map((setting) => [setting.name, typedValue(setting, texts[setting.name] ?? '')] as const);
    const all = Object.fromEntries(typed);
    const hasLength = 'steps' in all || 'epochs' in all;
    return {
      // A cluster's time cannot be measured from here.
      ...(minutes === '' || hasLength || isCluster ? {} : { minutes }),
      ...(models === '' ? {} : { folds: Math.max(2, models), models }),
      ...(further && last !== undefined ? { initialWeights: `${project.folder}/runs/${last.name}` } : {}),
      ...all,
    };
  };
  const start = useAction(async () => {
    const training = { name: title, masks: from, settings: given() };
    if (place?.isCluster) await post('cluster/runs', { ...training, resources: place.resources });
    else await post('runs', training);
    setName('');
    go(pageOf('train', title));
  });
  const tryRates = useAction(() => {
    const { minutes: _, learningRate: __, steps: ___, ...others } = given();
    return post('learning-rates', { masks: from, settings: others });
  });
  const showTiles = useAction(() => {
    const { minutes: _, ...others } = given();
    return post('augmentations', { masks: from, settings: others });
  });
  return (
    <Card withBorder p="md">
      <Stack gap="sm">
        <Group justify="space-between">
          <Text fw={600}>New training</Text>
          <SegmentedControl
            size="xs"
            aria-label="View of the settings"
            data={[
              { value: 'simple', label: 'Simple' },
              { value: 'expert', label: 'Expert' },
            ]}
            value={view}
            onChange={setView}
          />
        </Group>
        <SimpleGrid cols={{ base: 1, sm: 2, lg: 4 }} style={{ alignItems: 'end' }}>
          <TextInput
            label="Name"
            description="of the training"
            placeholder={title}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Select
            label="Learn from"
            description="whose masks"
            data={sources}
            value={from}
            onChange={setMasks}
            allowDeselect={false}
            placeholder="nothing is annotated yet"
          />
          {isCluster ? (
            <NumberInput
              label="Steps"
              description="of each network"
              placeholder="by the images"
              min={1}
              value={texts.steps ?? ''}
              onChange={(to) => setTexts({ ...texts, steps: `${to}` })}
            />
          ) : (
            <NumberInput
              label="Minutes"
              description="about how long it may take here"
              min={0.1}
              value={minutes}
              onChange={(to) => setMinutes(typeof to === 'number' ? to : '')}
            />
          )}
          <NumberInput
            label="Networks"
            description={
              <>
                of the <Term name="ensemble">ensemble</Term>, each tested on other images
              </>
            }
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
        <Collapse expanded={view === 'expert'}>
          {view === 'expert' && (
            <Tabs defaultValue="settings" keepMounted={false}>
              <Tabs.List mb="sm">
                <Tabs.Tab value="settings">Settings</Tabs.Tab>
                <Tabs.Tab value="rates">Learning-rate finder</Tabs.Tab>
                <Tabs.Tab value="tiles">Augmentation</Tabs.Tab>
              </Tabs.List>
              <Tabs.Panel value="settings">
                <AllSettings
                  settings={settings.filter(({ name }) => !ASKED.has(name))}
                  texts={texts}
                  onChange={setTexts}
                />
              </Tabs.Panel>
              <Tabs.Panel value="rates">
                <LearningRates
                  onStart={() => tryRates.mutate(undefined)}
                  isStarting={tryRates.isPending}
                  isPossible={from !== null}
                  onUse={(rate) => setTexts({ ...texts, learningRate: `${rate}` })}
                />
              </Tabs.Panel>
              <Tabs.Panel value="tiles">
                <ExampleTiles
                  jobs={jobs}
                  onStart={() => showTiles.mutate(undefined)}
                  isStarting={showTiles.isPending}
                  isPossible={from !== null}
                />
              </Tabs.Panel>
            </Tabs>
          )}
        </Collapse>
        {place !== null && <WhereToRun place={place} />}
        <Group justify="space-between">
          <Text size="sm" c="dimmed">
            What you leave open is chosen by your images, and why is told. It can be stopped and gone on with
            at any time.
          </Text>
          <Button onClick={() => start.mutate(undefined)} loading={start.isPending} disabled={from === null}>
            {isCluster ? 'Submit training' : 'Start training'}
          </Button>
        </Group>
      </Stack>
    </Card>
  );
}

/** Settings that the form asks for above. */
const ASKED = new Set<string>(['minutes', 'models']);

function sourcesOf({ groundTruth, experts }: ProjectView) {
  return [
    ...(groundTruth.length > 0
      ? [{ value: 'ground-truth', label: `Ground truth (${groundTruth.length} images)` }]
      : []),
    ...experts
      .filter(({ images }) => images.length > 0)
      .map(({ name, images }) => ({ value: name, label: `${name} (${images.length} images)` })),
  ];
}
