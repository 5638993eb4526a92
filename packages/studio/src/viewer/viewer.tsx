/** A picture with what one needs to look at it: channels, contrast, planes, zoom. */
import { ActionIcon, Group, Popover, Slider, Stack, Text, Tooltip } from '@mantine/core';
import { IconAdjustments, IconMaximize, IconMinus, IconPlus } from '@tabler/icons-react';
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { ChannelControls } from './channel-controls.tsx';
import type { ChannelView } from './colours.ts';
import { Picture, type PictureHandle, type PictureProps } from './picture.tsx';
import { FIRST_PLANE, type Plane, type ViewedImage } from './tiles.ts';

interface ViewerProps extends Omit<PictureProps, 'image' | 'plane' | 'channels' | 'onChannels' | 'compare'> {
  readonly image: ViewedImage & { readonly slices: number; readonly frames: number };
  readonly compare?: 'swipe' | 'side';
  /** Told which plane of a stack is shown. */
  readonly onPlane?: (plane: Plane) => void;
  /** Further controls, on the left. */
  readonly children?: ReactNode;
}

export function Viewer({ image, compare, onPlane, children, handle: given, ...picture }: ViewerProps) {
  const [channels, setChannels] = useState<readonly ChannelView[] | null>(null);
  const [z, setZ] = useState(FIRST_PLANE.z);
  const [time, setTime] = useState(FIRST_PLANE.time);
  const [divider, setDivider] = useState(0.5);
  const own = useRef<PictureHandle | null>(null);
  const handle = given ?? own;
  const plane = useMemo(() => ({ z, time }), [z, time]);
  useEffect(() => onPlane?.(plane), [plane, onPlane]);
  const comparison = useMemo(
    () => (compare === undefined ? undefined : { way: compare, divider }),
    [compare, divider],
  );
  return (
    <div className="viewer">
      <Picture
        image={image}
        plane={plane}
        channels={channels}
        onChannels={setChannels}
        handle={handle}
        {...(comparison === undefined ? {} : { compare: comparison })}
        {...picture}
      />
      {compare === 'swipe' && (
        <input
          type="range"
          className="divider"
          aria-label="Divider of the comparison"
          min={0}
          max={1}
          step={0.005}
          value={divider}
          onChange={(event) => setDivider(Number(event.currentTarget.value))}
        />
      )}
      <Group className="viewer-bar" gap="xs" wrap="nowrap">
        {children}
        {image.slices > 1 && <PlaneSlider name="Z" count={image.slices} value={z} onChange={setZ} />}
        {image.frames > 1 && <PlaneSlider name="Time" count={image.frames} value={time} onChange={setTime} />}
        <Popover position="top-end" withinPortal shadow="md" trapFocus>
          <Popover.Target>
            <Tooltip label="Channels and contrast">
              <ActionIcon variant="default" size="lg" aria-label="Channels and contrast">
                <IconAdjustments size={18} />
              </ActionIcon>
            </Tooltip>
          </Popover.Target>
          <Popover.Dropdown aria-label="Channels and contrast" aria-labelledby={undefined}>
            {channels !== null && <ChannelControls channels={channels} onChange={setChannels} />}
          </Popover.Dropdown>
        </Popover>
        <ActionIcon.Group>
          <ActionIcon
            variant="default"
            size="lg"
            aria-label="Further away"
            onClick={() => handle.current?.zoom(1 / 1.5)}
          >
            <IconMinus size={18} />
          </ActionIcon>
          <ActionIcon
            variant="default"
            size="lg"
            aria-label="Whole image"
            onClick={() => handle.current?.fit()}
          >
            <IconMaximize size={18} />
          </ActionIcon>
          <ActionIcon
            variant="default"
            size="lg"
            aria-label="Closer"
            onClick={() => handle.current?.zoom(1.5)}
          >
            <IconPlus size={18} />
          </ActionIcon>
        </ActionIcon.Group>
      </Group>
    </div>
  );
}

interface PlaneSliderProps {
  readonly name: string;
  readonly count: number;
  readonly value: number;
  readonly onChange: (value: number) => void;
}

function PlaneSlider({ name, count, value, onChange }: PlaneSliderProps) {
  return (
    <Stack gap={0} w={130} className="plane">
      <Text size="xs">
        {name} {value} of {count}
      </Text>
      <Slider
        size="sm"
        thumbLabel={name}
        label={null}
        min={1}
        max={count}
        value={value}
        onChange={onChange}
      />
    </Stack>
  );
}
