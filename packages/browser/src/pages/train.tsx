import {
  Button,
  Grid,
  Group,
  NativeSelect,
  NumberInput,
  Paper,
  Progress,
  Stack,
  Switch,
  Text,
} from '@mantine/core';
import { useState } from 'react';
import { Download } from '../components/download.tsx';
import { Layers } from '../components/layers.tsx';
import { LossCurve } from '../components/loss-curve.tsx';
import { Problem } from '../components/problem.tsx';
import { TrainingFileZones } from '../components/training-files.tsx';
import type { Compute, PageSettings, Reply, TrainingFiles } from '../work/messages.ts';
import { ORT_FOLDER, useWorker } from '../work/use-worker.ts';

/** Networks that are light enough for a page. */
const ENCODERS = [
  { value: 'mobilenet_v2', label: 'MobileNetV2: light' },
  { value: 'mobilenet_v2_gluon', label: 'MobileNetV2 of GluonCV: as light, for its ImageNet weights' },
  { value: 'resnet18', label: 'ResNet-18: learns more, takes twice the time' },
] as const;

const DEFAULTS: PageSettings = {
  ...{ encoder: 'mobilenet_v2', tileSize: 128, batchSize: 4 },
  ...{ steps: 200, learningRate: 1e-3, heldOut: true },
};

type Preview = Reply & { readonly kind: 'preview' };
type Trained = Reply & { readonly kind: 'trained' };

/** Images and masks in; a model out. */
export function TrainPage({ compute }: { readonly compute: Compute }) {
  const [files, setFiles] = useState<TrainingFiles>({ images: [], masks: [], weights: [] });
  const [settings, setSettings] = useState(DEFAULTS);
  const [state, setState] = useState<'idle' | 'running' | 'stopping'>('idle');
  const [label, setLabel] = useState('');
  const [words, setWords] = useState<string | null>(null);
  const [losses, setLosses] = useState<readonly number[]>([]);
  const [seconds, setSeconds] = useState<number | null>(null);
  const [dice, setDice] = useState<number | null>(null);
  const [preview, setPreview] = useState<Preview | null>(null);
  const [trained, setTrained] = useState<Trained | null>(null);
  const [notices, setNotices] = useState<readonly string[]>([]);
  const [problem, setProblem] = useState<string | null>(null);

  const worker = useWorker((reply: Reply) => {
    if (reply.kind === 'compute') setWords(reply.words);
    if (reply.kind === 'progress') setLabel(reply.label);
    if (reply.kind === 'notice') setNotices((all) => [...all, reply.message]);
    if (reply.kind === 'step') {
      setLosses((all) => [...all, reply.loss]);
      setSeconds(reply.seconds);
    }
    if (reply.kind === 'dice') setDice(reply.dice);
    if (reply.kind === 'preview') setPreview(reply);
    if (reply.kind === 'trained') {
      setTrained(reply);
      setState('idle');
    }
    if (reply.kind === 'failed') {
      setProblem(reply.message);
      setState('idle');
    }
  });

  const start = (): void => {
    setProblem(null);
    setNotices([]);
    setLosses([]);
    setSeconds(null);
    setDice(null);
    setPreview(null);
    setTrained(null);
    setState('running');
    setLabel('Starting');
    worker.send({ kind: 'train', ortFolder: ORT_FOLDER, ...{ compute, files, settings } });
  };
  const stop = (): void => {
    if (losses.length > 0 && state === 'running') {
      worker.send({ kind: 'stop' });
      setState('stopping');
      return;
    }
    worker.end();
    setState('idle');
  };
  const missing = (['images', 'masks'] as const).find((kind) => files[kind].length === 0) ?? null;
  const idle = state === 'idle';
  const change = (part: Partial<PageSettings>): void => setSettings((all) => ({ ...all, ...part }));
  return (
    <Grid gap="lg">
      <Grid.Col span={{ base: 12, md: 4 }}>
        <Stack>
          <TrainingFileZones files={files} onFiles={setFiles} />
          <NativeSelect
            label="Network"
            data={[...ENCODERS]}
            value={settings.encoder}
            disabled={!idle}
            onChange={({ currentTarget: { value } }) =>
              change({ encoder: ENCODERS.find((one) => one.value === value)?.value ?? 'mobilenet_v2' })
            }
          />
          <Group grow>
            <Whole
              label="Steps"
              value={settings.steps}
              from={1}
              to={5000}
              off={!idle}
              set={(steps) => change({ steps })}
            />
            <Whole
              label="Tile size"
              value={settings.tileSize}
              from={32}
              to={512}
              step={32}
              off={!idle}
              set={(tileSize) => change({ tileSize })}
            />
          </Group>
          <Group grow>
            <Whole
              label="Batch size"
              value={settings.batchSize}
              from={1}
              to={32}
              off={!idle}
              set={(batchSize) => change({ batchSize })}
            />
            <NumberInput
              label="Learning rate"
              value={settings.learningRate}
              min={1e-6}
              max={1}
              step={1e-4}
              disabled={!idle}
              onChange={(value) => typeof value === 'number' && change({ learningRate: value })}
            />
          </Group>
          <Switch
            label="Keep the last image out, and measure Dice in its middle"
            checked={settings.heldOut}
            disabled={!idle}
            onChange={({ currentTarget: { checked } }) => change({ heldOut: checked })}
          />
          {idle ? (
            <Button onClick={start} disabled={missing !== null}>
              {missing === null ? 'Start training' : `Start training: choose ${missing} first`}
            </Button>
          ) : (
            <Paper withBorder p="sm">
              <Group justify="space-between" wrap="nowrap" mb={6}>
                <Text size="sm" role="status">
                  {statusOf({ state, label, done: losses.length, steps: settings.steps, seconds, words })}
                </Text>
                <Button size="compact-sm" variant="default" disabled={state === 'stopping'} onClick={stop}>
                  Stop
                </Button>
              </Group>
              <Progress value={(100 * losses.length) / settings.steps} animated aria-label="Progress" />
            </Paper>
          )}
          <Problem problem={problem} onClose={() => setProblem(null)} />
          {notices.map((notice) => (
            <Text key={notice} size="sm" c="dimmed">
              {notice}
            </Text>
          ))}
        </Stack>
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 8 }}>
        {losses.length === 0 && preview === null ? (
          <Paper withBorder p="xl">
            <Text c="dimmed" ta="center">
              Drop images and their masks. A light network learns from them in this page; its loss and what it
              finds so far are shown here, and at the end its model can be saved. With many images or a larger
              network, deepflash on the command line is many times faster.
            </Text>
          </Paper>
        ) : (
          <Stack>
            {trained !== null && (
              <Paper withBorder p="sm">
                <Group justify="space-between">
                  <Text role="status">
                    {`Trained for ${trained.steps} steps.`}
                    {trained.dice === null ? '' : ` Dice on the image kept out: ${trained.dice.toFixed(3)}`}
                  </Text>
                  <Group>
                    <Download name="model.onnx" bytes={trained.model} type="application/octet-stream">
                      Model (ONNX)
                    </Download>
                    <Download
                      name="model.safetensors"
                      bytes={trained.weights}
                      type="application/octet-stream"
                    >
                      Weights (safetensors)
                    </Download>
                  </Group>
                </Group>
              </Paper>
            )}
            <LossCurve losses={losses} steps={settings.steps} />
            {dice !== null && trained === null && (
              <Text size="sm">Dice on the image kept out: {dice.toFixed(3)}</Text>
            )}
            {preview !== null && (
              <div style={{ maxWidth: 520 }}>
                <Text fw={500} mb={4}>
                  {`What it finds after ${preview.step} steps`}
                </Text>
                <Layers
                  shown={preview.shown}
                  over={{ kind: 'mask', data: preview.mask }}
                  opacity={0.5}
                  label={`${preview.image} with what the network finds after ${preview.step} steps`}
                />
              </div>
            )}
          </Stack>
        )}
      </Grid.Col>
    </Grid>
  );
}

interface Status {
  readonly state: 'idle' | 'running' | 'stopping';
  readonly label: string;
  readonly done: number;
  readonly steps: number;
  readonly seconds: number | null;
  readonly words: string | null;
}

function statusOf({ state, label, done, steps, seconds, words }: Status): string {
  if (state === 'stopping') return 'Stopping after this step';
  const where = words === null ? '' : ` · ${words}`;
  if (seconds === null) return `${label}${where}`;
  return `Step ${done} of ${steps}, ${seconds.toPrecision(2)} s each${where}`;
}

function Whole({
  label,
  value,
  from,
  to,
  step = 1,
  off,
  set,
}: {
  readonly label: string;
  readonly value: number;
  readonly from: number;
  readonly to: number;
  readonly step?: number;
  readonly off: boolean;
  readonly set: (value: number) => void;
}) {
  return (
    <NumberInput
      label={label}
      value={value}
      min={from}
      max={to}
      step={step}
      allowDecimal={false}
      disabled={off}
      onChange={(next) => typeof next === 'number' && set(next)}
    />
  );
}
