import { Button, Group, Stack, Text } from '@mantine/core';
import { useMemo } from 'react';
import { useLearningRates } from '../api.ts';
import { Term } from '../components/term.tsx';
import { Chart, type ChartLine } from './chart.tsx';

interface LearningRatesProps {
  readonly onStart: () => void;
  readonly isStarting: boolean;
  readonly isPossible: boolean;
  readonly onUse: (rate: number) => void;
}

/** Tries rates from small to large, and shows at which the loss falls best. */
export function LearningRates({ onStart, isStarting, isPossible, onUse }: LearningRatesProps) {
  const { data } = useLearningRates();
  const lines = useMemo(
    (): ChartLine[] => [{ label: 'loss', points: data?.points ?? [], colour: '#228be6' }],
    [data],
  );
  const suggestion = data?.suggestion ?? null;
  return (
    <Stack gap="xs">
      <Group justify="space-between">
        <Text size="sm">
          The <Term name="learning-rate-finder">learning-rate finder</Term> tries rates from small to large
          with these settings; it takes about a minute.
        </Text>
        <Button variant="default" onClick={onStart} loading={isStarting} disabled={!isPossible}>
          Find the learning rate
        </Button>
      </Group>
      {data !== undefined && data.points.length > 0 && (
        <>
          <Chart
            lines={lines}
            label="Loss by learning rate"
            across="learning rate"
            up="loss"
            scale="logarithmic"
            mark={suggestion}
            height={190}
          />
          <Group gap="sm">
            <Text size="sm">
              {suggestion === null
                ? 'The loss grew too soon to suggest a rate: check the images and masks.'
                : `Suggested: ${suggestion}, the dashed line`}
            </Text>
            {suggestion !== null && (
              <Button size="compact-sm" onClick={() => onUse(suggestion)}>
                Use {suggestion}
              </Button>
            )}
          </Group>
        </>
      )}
    </Stack>
  );
}
