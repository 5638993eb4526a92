import { Card, Group, Text } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react';
import type { PredictedImage } from 'deepflash';

interface RankedImagesProps {
  readonly results: readonly PredictedImage[];
  readonly shown: string;
  readonly onShow: (name: string) => void;
}

/** The images, the doubtful first. */
export function RankedImages({ results, shown, onShow }: RankedImagesProps) {
  const accepted = results.filter((one) => one.accepted).length;
  return (
    <Card withBorder p={0}>
      <Text size="sm" fw={600} px="sm" py={8}>
        Doubtful first
        <br />
        <Text span c="dimmed" size="sm">
          by expected Dice · {accepted} of {results.length} accepted
        </Text>
      </Text>
      <div className="results-list">
        {results.map((one) => (
          <button
            type="button"
            key={one.file}
            className="result"
            aria-current={one.name === shown}
            onClick={() => onShow(one.name)}
          >
            <Group justify="space-between" wrap="nowrap" gap="xs">
              <Text size="sm" fw={500} truncate>
                {one.name}
              </Text>
              {one.accepted && <IconCircleCheck size={17} aria-label="accepted" color="var(--accent-ink)" />}
              {!one.accepted && one.unlike && (
                <IconAlertTriangle size={17} aria-label="unlike the training images" color="#e8590c" />
              )}
            </Group>
            <div className="meter" aria-hidden="true">
              <span style={{ width: `${100 * one.expectedDice}%`, background: colourOf(one.expectedDice) }} />
            </div>
            <Text size="xs" c="dimmed">
              Dice {one.expectedDice.toFixed(2)} ({one.expectedDiceLow.toFixed(2)} to{' '}
              {one.expectedDiceHigh.toFixed(2)}) · {one.objects} objects
            </Text>
          </button>
        ))}
      </div>
    </Card>
  );
}

function colourOf(dice: number): string {
  if (dice >= 0.8) return '#2b8a3e';
  return dice >= 0.6 ? '#f08c00' : '#e03131';
}
