import { Card, SimpleGrid, Table, Text } from '@mantine/core';
import { useQueries } from '@tanstack/react-query';
import type { RunDetails } from 'deepflash';
import { useMemo } from 'react';
import { runQuery } from '../api.ts';
import { classColour, inStyle } from '../viewer/colours.ts';
import { Chart } from './chart.tsx';
import { readable } from './setting-names.ts';

/** Curves of trainings in one picture, and the settings in which they differ. */
export function Comparison({ names }: { readonly names: readonly string[] }) {
  const results = useQueries({ queries: names.map((name) => runQuery(name)) });
  const runs = results.flatMap(({ data }) => data ?? []);
  const lines = (curve: 'losses' | 'dice') =>
    runs.map((run, index) => ({
      ...{ label: run.name, points: run.folds[0]?.[curve] ?? [], colour: inStyle(classColour(index)) },
      ...(curve === 'dice' ? { marks: 'points' as const } : {}),
    }));
  const [losses, dice] = useLines(runs, lines);
  const last = Math.max(10, ...runs.map(({ folds }) => folds[0]?.step ?? 0));
  const range = useMemo(() => [0, last] as const, [last]);
  const differing = differences(runs);
  return (
    <Card withBorder p="sm">
      <Text fw={600} mb="xs">
        Comparison of {names.join(', ')}
      </Text>
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <Chart lines={losses} label="Losses of the trainings" across="step" up="loss" range={range} />
        <Chart
          lines={dice}
          label="Dice of the trainings"
          across="step"
          up="Dice"
          range={range}
          upRange={[0, 1]}
        />
      </SimpleGrid>
      <Table mt="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>What differs</Table.Th>
            {runs.map(({ name }) => (
              <Table.Th key={name}>{name}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          <Table.Tr>
            <Table.Td>Mean Dice of held-out images</Table.Td>
            {runs.map((run) => (
              <Table.Td key={run.name}>{meanDice(run)}</Table.Td>
            ))}
          </Table.Tr>
          {differing.map((setting) => (
            <Table.Tr key={setting}>
              <Table.Td>{readable(setting)}</Table.Td>
              {runs.map((run) => (
                <Table.Td key={run.name}>{String(run.settings[setting] ?? '–')}</Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Card>
  );
}

/** The curves, which are drawn anew when there are more of them alone. */
function useLines<Line>(runs: readonly RunDetails[], lines: (curve: 'losses' | 'dice') => readonly Line[]) {
  const state = runs.map(({ name, folds }) => `${name} ${folds[0]?.step}`).join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the state says all that matters
  return useMemo(() => [lines('losses'), lines('dice')] as const, [state]);
}

function meanDice({ heldOut }: RunDetails): string {
  if (heldOut.length === 0) return '–';
  return (heldOut.reduce((sum, { dice }) => sum + dice, 0) / heldOut.length).toFixed(3);
}

function differences(runs: readonly RunDetails[]): string[] {
  const names = new Set(runs.flatMap(({ settings }) => Object.keys(settings)));
  return [...names].filter(
    (name) => new Set(runs.map(({ settings }) => JSON.stringify(settings[name]))).size > 1,
  );
}
