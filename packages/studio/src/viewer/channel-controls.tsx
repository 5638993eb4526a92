import { Checkbox, Group, RangeSlider, Stack } from '@mantine/core';
import { type ChannelView, fromStyle, inStyle } from './colours.ts';

interface ChannelControlsProps {
  readonly channels: readonly ChannelView[];
  readonly onChange: (channels: readonly ChannelView[]) => void;
}

/** Which channels are shown, in which colours, and between which values. */
export function ChannelControls({ channels, onChange }: ChannelControlsProps) {
  const change = (index: number, changed: Partial<ChannelView>): void =>
    onChange(channels.map((channel, i) => (i === index ? { ...channel, ...changed } : channel)));
  return (
    <Stack gap="md" w={280}>
      {channels.map((channel, index) => (
        <Stack gap={6} key={channel.name}>
          <Group justify="space-between" wrap="nowrap">
            <Checkbox
              label={channel.name}
              checked={channel.shown}
              onChange={(event) => change(index, { shown: event.currentTarget.checked })}
            />
            <input
              type="color"
              className="swatch"
              aria-label={`Colour of ${channel.name}`}
              value={inStyle(channel.colour)}
              onChange={(event) => change(index, { colour: fromStyle(event.currentTarget.value) })}
            />
          </Group>
          <RangeSlider
            size="sm"
            thumbFromLabel={`Black of ${channel.name}`}
            thumbToLabel={`White of ${channel.name}`}
            min={channel.lowest}
            max={channel.highest}
            step={(channel.highest - channel.lowest) / 256}
            minRange={(channel.highest - channel.lowest) / 256}
            value={[channel.low, channel.high]}
            label={(value) => Number(value.toPrecision(4))}
            onChange={([low, high]) => change(index, { low, high })}
          />
        </Stack>
      ))}
    </Stack>
  );
}
