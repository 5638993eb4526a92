/** One image with what was found in it; from here it goes back to the drawing board. */
import { Alert, Button, Card, Checkbox, Group, SegmentedControl, Select, Stack, Text } from '@mantine/core';
import { IconCheck, IconPencil } from '@tabler/icons-react';
import type { ProjectView, PredictedImage as Result } from 'deepflash';
import { useMemo, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { pageOf } from '../addresses.ts';
import type { Point } from '../annotation/tools.ts';
import { part, post, useAction, useObjects } from '../api.ts';
import { valueOn } from '../viewer/layer-value.ts';
import type { PictureHandle } from '../viewer/picture.tsx';
import { layersOf, useLayer } from '../viewer/use-layer.ts';
import { Viewer } from '../viewer/viewer.tsx';
import { ObjectsTable } from './objects-table.tsx';

interface PredictedImageProps {
  readonly project: ProjectView;
  readonly prediction: string;
  readonly image: ProjectView['images'][number];
  readonly result: Result;
  /** Goes to the next image that is not accepted yet. */
  readonly onNext: () => void;
}

export function PredictedImage({ project, prediction, image, result, onNext }: PredictedImageProps) {
  const [, go] = useLocation();
  const [way, setWay] = useState<'side' | 'swipe' | 'one'>('side');
  const [shape, setShape] = useState<'both' | 'outline'>('outline');
  const [byObject, setByObject] = useState(false);
  const [marked, setMarked] = useState<number | null>(null);
  const [who, setWho] = useState<string | null>(null);
  const picture = useRef<PictureHandle | null>(null);
  const experts = project.experts.map(({ name }) => name);
  const expert = who ?? experts[0] ?? null;
  const at = `${part(prediction)}/${part(image.name)}`;
  const mask = useLayer(byObject ? null : `overlays/prediction/${at}`, {
    kind: 'classes',
    opacity: 0.4,
    shape,
  });
  const objects = useLayer(`overlays/instances/${at}`, {
    ...{ kind: 'objects', opacity: byObject ? 0.45 : 0, shape: byObject ? shape : 'filled' },
    ...(marked === null ? {} : { marked }),
  });
  const doubt = useLayer(`overlays/uncertainty/${at}`, { kind: 'heat', opacity: 0.75, shape: 'filled' });
  const panes = useMemo(() => {
    const found = layersOf(byObject || marked !== null ? objects : null, mask);
    return way === 'one' ? [found] : [found, layersOf(doubt)];
  }, [byObject, marked, objects, mask, doubt, way]);
  const { data: table } = useObjects(prediction, image.name);

  const correct = useAction(async () => {
    await post('corrections', { prediction, image: image.name, expert });
    go(pageOf('annotate', expert ?? '', image.name));
  });
  const accept = useAction(async () => {
    const state = result.accepted ? 'open' : 'accepted';
    await post(`predictions/${part(prediction)}/accepted`, { image: image.name, state });
    if (state === 'accepted') onNext();
  });
  const pick = (at: Point): void => {
    const number = objects === null ? 0 : valueOn(objects, at);
    setMarked(number === 0 ? null : number);
  };
  return (
    <Stack gap="sm">
      <Card withBorder p="sm" style={{ '--picture-height': 'calc(100vh - 348px)' }}>
        <Group justify="space-between" wrap="nowrap" mb="xs">
          <Group gap="sm" wrap="nowrap">
            <SegmentedControl
              size="xs"
              aria-label="How it is shown"
              data={[
                { value: 'side', label: 'Uncertainty beside' },
                { value: 'swipe', label: 'Swipe' },
                { value: 'one', label: 'Mask alone' },
              ]}
              value={way}
              onChange={(to) => setWay(to as typeof way)}
            />
          </Group>
          <Group gap="xs" wrap="nowrap">
            <Button
              variant={result.accepted ? 'light' : 'filled'}
              size="sm"
              leftSection={<IconCheck size={17} />}
              onClick={() => accept.mutate(undefined)}
              loading={accept.isPending}
            >
              {result.accepted ? 'Accepted' : 'Accept'}
            </Button>
            <Button
              variant="default"
              size="sm"
              leftSection={<IconPencil size={17} />}
              onClick={() => correct.mutate(undefined)}
              loading={correct.isPending}
              disabled={expert === null}
            >
              Correct
            </Button>
            <Select
              aria-label="Correct as"
              data={experts}
              value={expert}
              onChange={setWho}
              allowDeselect={false}
              size="sm"
              w={110}
            />
          </Group>
        </Group>
        <Viewer
          image={image}
          panes={panes}
          handle={picture}
          onPick={pick}
          label={`${image.name} with its prediction`}
          {...(way === 'one' ? {} : { compare: way })}
        >
          <Group gap="md" wrap="nowrap" className="plane" mr="auto">
            <Checkbox
              label="Filled"
              checked={shape === 'both'}
              onChange={(event) => setShape(event.currentTarget.checked ? 'both' : 'outline')}
            />
            <Checkbox
              label="By object"
              checked={byObject}
              onChange={(event) => setByObject(event.currentTarget.checked)}
            />
          </Group>
        </Viewer>
        {result.unlike && (
          <Alert color="orange" mt="xs" p="xs" title="Unlike the training images">
            <Text size="sm">{result.reasons}</Text>
          </Alert>
        )}
      </Card>
      {table !== undefined && table.rows.length > 0 && (
        <ObjectsTable
          table={table}
          marked={marked}
          onMark={(number, place) => {
            setMarked(number);
            picture.current?.show(place);
          }}
        />
      )}
    </Stack>
  );
}
