/** What networks predict of the images that were held out from them. */
import { Card, Group, SegmentedControl, Select, Text } from '@mantine/core';
import type { ProjectView, RunDetails } from 'deepflash';
import { useMemo, useState } from 'react';
import { part } from '../api.ts';
import { layersOf, useLayer } from '../viewer/use-layer.ts';
import { Viewer } from '../viewer/viewer.tsx';

interface HeldOutProps {
  readonly project: ProjectView;
  readonly run: RunDetails;
}

export function HeldOut({ project, run }: HeldOutProps) {
  const [chosen, setChosen] = useState<string | null>(null);
  const [way, setWay] = useState<'swipe' | 'side'>('side');
  const names = run.heldOut.filter(({ name }) => project.images.some((image) => image.name === name));
  const shown = names.find(({ name }) => name === chosen) ?? names[0];
  const image = project.images.find(({ name }) => name === shown?.name);
  const truth = useLayer(
    shown?.drawn === true ? `overlays/learnt/${part(run.name)}/${part(shown.name)}` : null,
    { kind: 'classes', opacity: 0.4, shape: 'both' },
  );
  const predicted = useLayer(
    shown === undefined ? null : `overlays/validation/${part(run.name)}/${part(shown.name)}`,
    { kind: 'classes', opacity: 0.4, shape: 'both' },
  );
  const panes = useMemo(() => [layersOf(truth), layersOf(predicted)], [truth, predicted]);
  if (shown === undefined || image === undefined) return null;
  return (
    <Card withBorder p="sm" style={{ '--picture-height': '380px' }}>
      <Group justify="space-between" mb="xs">
        <Text fw={600}>
          Held-out images: what was drawn (left), and what a network that has not seen it says (right)
        </Text>
        <Group gap="sm">
          <Select
            aria-label="Held-out image"
            data={names.map(({ name, dice }) => ({ value: name, label: `${name}: Dice ${dice.toFixed(2)}` }))}
            value={shown.name}
            onChange={setChosen}
            allowDeselect={false}
            w={230}
          />
          <SegmentedControl
            size="xs"
            aria-label="How they are compared"
            data={[
              { value: 'side', label: 'Side by side' },
              { value: 'swipe', label: 'Swipe' },
            ]}
            value={way}
            onChange={(to) => setWay(to === 'swipe' ? 'swipe' : 'side')}
          />
        </Group>
      </Group>
      <Viewer
        key={shown.name}
        image={image}
        panes={panes}
        compare={way}
        label={`${shown.name}: what was drawn and what was predicted`}
      />
    </Card>
  );
}
