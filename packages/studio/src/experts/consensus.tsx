/** The consensus of an image beside what it was made of. */
import { Card, Checkbox, Group, SegmentedControl, Select, Text } from '@mantine/core';
import type { ProjectView } from 'deepflash';
import { useMemo, useState } from 'react';
import { part } from '../api.ts';
import { classColour, inStyle } from '../viewer/colours.ts';
import type { Layer } from '../viewer/scene.ts';
import { layersOf, useLayer } from '../viewer/use-layer.ts';
import { Viewer } from '../viewer/viewer.tsx';
import { differenceOf, methodBeside } from './difference.ts';
import { useDrawings } from './use-drawings.ts';

interface ConsensusProps {
  readonly project: ProjectView;
  /** Of the ground truth; null where it is not known. */
  readonly used: string | null;
  /** Methods that were tried beside that of the ground truth. */
  readonly compared: readonly string[];
}

type Shown = 'experts' | 'side' | 'swipe' | 'difference';

export function Consensus({ project, used, compared }: ConsensusProps) {
  const { images, groundTruth, experts } = project;
  const [chosen, setChosen] = useState<string | null>(null);
  const [wanted, setWanted] = useState<Shown>('experts');
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const name = chosen !== null && groundTruth.includes(chosen) ? chosen : (groundTruth[0] ?? '');
  const image = images.find((one) => one.name === name);
  const drew = experts.flatMap((expert, index) =>
    expert.images.includes(name) ? [{ name: expert.name, colour: classColour(index) }] : [],
  );
  const outlines = useDrawings(
    name,
    drew.filter((one) => !hidden.has(one.name)),
  );
  const consensus = useLayer(name === '' ? null : `overlays/ground-truth/consensus/${part(name)}`, {
    ...{ kind: 'one-colour', opacity: 0.35, shape: 'filled', colour: [255, 255, 255] },
  });
  const method = methodBeside(used, compared);
  const way = wanted === 'difference' && method === undefined ? 'experts' : wanted;
  const other = useLayer(
    way === 'difference' && method !== undefined ? `overlays/comparison/${method}/${part(name)}` : null,
    { kind: 'classes', opacity: 0.5, shape: 'filled' },
  );
  const difference = useMemo(() => differenceOf(consensus, other), [consensus, other]);
  const panes = useMemo((): (readonly Layer[])[] => {
    if (way === 'difference') return [layersOf(difference?.layer ?? null)];
    if (way === 'experts') return [layersOf(consensus, ...outlines)];
    return [outlines, layersOf(consensus)];
  }, [way, difference, consensus, outlines]);
  if (image === undefined) return null;
  return (
    <Card withBorder p="sm" style={{ '--picture-height': 'calc(100vh - 360px)' }}>
      <Group justify="space-between" mb="xs">
        <Group gap="sm">
          <Select
            aria-label="Image"
            data={[...groundTruth]}
            value={name}
            onChange={setChosen}
            allowDeselect={false}
            searchable
            w={200}
          />
          <SegmentedControl
            size="xs"
            aria-label="What is shown"
            data={[
              { value: 'experts', label: 'Together' },
              { value: 'side', label: 'Side by side' },
              { value: 'swipe', label: 'Swipe' },
              ...(method === undefined ? [] : [{ value: 'difference', label: 'Difference of methods' }]),
            ]}
            value={way}
            onChange={(to) => setWanted(to as Shown)}
          />
        </Group>
        {way === 'difference' && difference !== null ? (
          <Text size="sm">
            {difference.only.first} pixels only in the ground truth (orange), {difference.only.second} only by{' '}
            {method === 'staple' ? 'STAPLE' : 'majority vote'} (blue)
          </Text>
        ) : (
          <Group gap="sm">
            {drew.map(({ name: who, colour }) => (
              <Checkbox
                key={who}
                label={
                  <>
                    <span className="dot" style={{ background: inStyle(colour) }} /> {who}
                  </>
                }
                checked={!hidden.has(who)}
                onChange={(event) => {
                  const isShown = event.currentTarget.checked;
                  setHidden((before) => {
                    const after = new Set(before);
                    if (isShown) after.delete(who);
                    else after.add(who);
                    return after;
                  });
                }}
              />
            ))}
          </Group>
        )}
      </Group>
      <Viewer
        key={name}
        image={image}
        panes={panes}
        label={`${name} with the consensus and the drawings of the experts`}
        {...(way === 'side' || way === 'swipe' ? { compare: way } : {})}
      />
    </Card>
  );
}
