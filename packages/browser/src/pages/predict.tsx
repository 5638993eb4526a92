import { Button, Grid, Group, Paper, Slider, Stack, Switch, Table, Text } from '@mantine/core';
import { useState } from 'react';
import { AtWork } from '../components/at-work.tsx';
import { Download } from '../components/download.tsx';
import { DropZone } from '../components/drop-zone.tsx';
import { ImageFiles } from '../components/image-files.tsx';
import { Layers } from '../components/layers.tsx';
import { Problem } from '../components/problem.tsx';
import type { Compute, Predicted, Reply } from '../work/messages.ts';
import { ORT_FOLDER, useWorker } from '../work/use-worker.ts';

interface Progressing {
  readonly label: string;
  readonly part: number;
}

/** A model and images in; masks and uncertainty out. */
export function PredictPage({ compute }: { readonly compute: Compute }) {
  const [model, setModel] = useState<File | null>(null);
  const [images, setImages] = useState<readonly File[]>([]);
  const [flips, setFlips] = useState(true);
  const [waiting, setWaiting] = useState<readonly File[]>([]);
  const [progress, setProgress] = useState<Progressing | null>(null);
  const [results, setResults] = useState<readonly Predicted[]>([]);
  const [chosen, setChosen] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [words, setWords] = useState<string | null>(null);

  const ask = (image: File): void => {
    if (model === null) return;
    setProgress({ label: `Starting ${image.name}`, part: 0 });
    worker.send({ kind: 'predict', ortFolder: ORT_FOLDER, ...{ compute, model, image, flips } });
  };
  const goOn = (): void => {
    const [next, ...rest] = waiting;
    setWaiting(rest);
    if (next === undefined) setProgress(null);
    else ask(next);
  };
  const worker = useWorker((reply: Reply) => {
    if (reply.kind === 'compute') setWords(reply.words);
    if (reply.kind === 'progress') setProgress(reply);
    if (reply.kind === 'predicted') {
      const { prediction } = reply;
      setResults((all) => [...all.filter(({ image }) => image !== prediction.image), prediction]);
      setChosen(prediction.image);
      goOn();
    }
    if (reply.kind === 'failed') {
      // Of several images, each is told.
      setProblem((before) => (before === null ? reply.message : `${before}\n${reply.message}`));
      goOn();
    }
  });

  const take = (files: readonly File[]): void => {
    setProblem(null);
    const models = files.filter(({ name }) => /\.onnx$/i.test(name));
    const others = files.filter(({ name }) => !/\.onnx$/i.test(name));
    const [last] = models.slice(-1);
    if (last !== undefined) {
      setModel(last);
      setResults([]);
    }
    if (others.length > 0) setImages(others);
  };
  const start = (): void => {
    const [first, ...rest] = images;
    if (first === undefined) return;
    setProblem(null);
    setWaiting(rest);
    ask(first);
  };
  const stop = (): void => {
    worker.end();
    setWaiting([]);
    setProgress(null);
  };
  const missing = model === null ? 'a model' : images.length === 0 ? 'an image' : null;
  const result = results.find(({ image }) => image === chosen) ?? results.at(-1);
  return (
    <Grid gap="lg">
      <Grid.Col span={{ base: 12, md: 4 }}>
        <Stack>
          <DropZone
            label="Choose a model"
            hint="ensemble.onnx or a model.onnx of a run"
            accept=".onnx"
            onFiles={take}
            chosen={model?.name ?? null}
          />
          <ImageFiles files={images} onFiles={take} />
          <Switch
            label="Look at each tile in four flips"
            description="Better, and four times slower. An ensemble does as it was trained to."
            checked={flips}
            onChange={({ currentTarget: { checked } }) => setFlips(checked)}
          />
          {progress === null ? (
            <Button onClick={start} disabled={missing !== null}>
              {missing === null ? 'Predict' : `Predict: choose ${missing} first`}
            </Button>
          ) : (
            <AtWork
              label={`${progress.label}${words === null ? '' : ` · ${words}`}`}
              part={progress.part}
              onStop={stop}
            />
          )}
          <Problem problem={problem} onClose={() => setProblem(null)} />
        </Stack>
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 8 }}>
        {result === undefined ? (
          <Paper withBorder p="xl">
            <Text c="dimmed" ta="center">
              Drop a model and an image. What the model finds is shown here, with how sure it is of it. Model
              and image stay on this computer.
            </Text>
          </Paper>
        ) : (
          <ResultView
            result={result}
            names={results.map(({ image }) => image)}
            onChoose={setChosen}
            words={words}
          />
        )}
      </Grid.Col>
    </Grid>
  );
}

function ResultView({
  result,
  names,
  onChoose,
  words,
}: {
  readonly result: Predicted;
  readonly names: readonly string[];
  readonly onChoose: (name: string) => void;
  readonly words: string | null;
}) {
  const [opacity, setOpacity] = useState(0.5);
  const { image, shown, mask, uncertainty, files } = result;
  const name = image.replace(/(\.ome)?\.[^.]+$/i, '');
  return (
    <Stack>
      {names.length > 1 && (
        <Group gap="xs" role="group" aria-label="Images">
          {names.map((one) => (
            <Button
              key={one}
              size="compact-sm"
              variant={one === image ? 'filled' : 'default'}
              aria-pressed={one === image}
              onClick={() => onChoose(one)}
            >
              {one}
            </Button>
          ))}
        </Group>
      )}
      <Grid>
        <Grid.Col span={{ base: 12, sm: 6 }}>
          <Text fw={500} mb={4}>
            Mask
          </Text>
          <Layers
            shown={shown}
            over={{ kind: 'mask', data: mask }}
            opacity={opacity}
            label={`${image} with its mask`}
          />
        </Grid.Col>
        <Grid.Col span={{ base: 12, sm: 6 }}>
          <Text fw={500} mb={4}>
            Uncertainty, from clear (sure) to yellow
          </Text>
          <Layers
            shown={shown}
            over={{ kind: 'uncertainty', data: uncertainty }}
            opacity={opacity}
            label={`${image} with its uncertainty`}
          />
        </Grid.Col>
      </Grid>
      <Group grow align="center">
        <div>
          <Text size="sm" mb={2}>
            Strength of the colours
          </Text>
          <Slider
            thumbLabel="Strength of the colours"
            min={0}
            max={1}
            step={0.05}
            label={(value) => `${Math.round(100 * value)} %`}
            value={opacity}
            onChange={setOpacity}
          />
        </div>
        <Group justify="flex-end">
          <Download name={`${name}.png`} bytes={files.mask} type="image/png">
            Mask (PNG)
          </Download>
          <Download name={`${name}.tif`} bytes={files.uncertainty} type="image/tiff">
            Uncertainty (TIFF)
          </Download>
        </Group>
      </Group>
      <Table aria-label="Result">
        <Table.Tbody>
          {rowsOf(result, words).map(([what, value]) => (
            <Table.Tr key={what}>
              <Table.Th scope="row" fw={500}>
                {what}
              </Table.Th>
              <Table.Td>{value}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {result.notices.map((notice) => (
        <Text key={notice} size="sm" c="dimmed">
          {notice}
        </Text>
      ))}
    </Stack>
  );
}

function rowsOf(result: Predicted, words: string | null): (readonly [string, string])[] {
  const { shown, foreground, objects, uncertaintyScore, seconds } = result;
  return [
    ['Image', `${result.image}, ${shown.width} x ${shown.height} pixels`],
    ['Objects', `${objects}`],
    ['Foreground', `${(100 * foreground).toFixed(1)} % of the image`],
    [
      'Uncertainty of the foreground',
      uncertaintyScore === null ? 'nothing was found' : uncertaintyScore.toFixed(3),
    ],
    ['Time', `${seconds.toFixed(1)} s${words === null ? '' : ` (${words})`}`],
  ];
}
