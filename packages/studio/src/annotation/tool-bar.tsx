import { ActionIcon, Checkbox, Group, SegmentedControl, Select, Slider, Text, Tooltip } from '@mantine/core';
import { IconArrowBackUp, IconArrowForwardUp } from '@tabler/icons-react';
import type { DrawingKind } from '../api.ts';
import { classColour, inStyle } from '../viewer/colours.ts';
import type { Layer } from '../viewer/scene.ts';
import { type ToolName, toolsFor } from './tool-names.ts';

export interface ToolSettings {
  readonly tool: ToolName;
  readonly radius: number;
  readonly tolerance: number;
  readonly value: number;
}

/** How the drawing is shown. */
export interface Look {
  readonly opacity: number;
  readonly shape: Layer['shape'];
  readonly colouring: 'classes' | 'objects';
}

interface ToolBarProps {
  readonly kind: DrawingKind;
  readonly tool: ToolName;
  readonly onChange: (tool: ToolName) => void;
}

export function ToolBar({ kind, tool, onChange }: ToolBarProps) {
  return (
    <div className="tools" role="toolbar" aria-label="Tools" aria-orientation="vertical">
      {toolsFor(kind).map(({ name, label, key, icon: Icon }) => (
        <Tooltip key={name} label={`${label} (${key})`} position="right">
          <ActionIcon
            size={40}
            variant={name === tool ? 'filled' : 'subtle'}
            color={name === tool ? 'blue' : 'gray'}
            aria-label={label}
            aria-pressed={name === tool}
            onClick={() => onChange(name)}
          >
            <Icon size={21} stroke={1.7} />
          </ActionIcon>
        </Tooltip>
      ))}
    </div>
  );
}

interface ToolOptionsBarProps {
  readonly settings: ToolSettings;
  readonly onSettings: (settings: ToolSettings) => void;
  readonly look: Look;
  readonly onLook: (look: Look) => void;
  readonly classes: readonly string[];
  /** What the drawing holds, in words; empty where that is not told. */
  readonly summary: string;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  readonly onGo: (way: 'undo' | 'redo') => void;
}

export function ToolOptionsBar(props: ToolOptionsBarProps) {
  const { settings, onSettings, look, onLook, classes, summary, canUndo, canRedo, onGo } = props;
  const { tool, radius, tolerance, value } = settings;
  return (
    <Group gap="md" wrap="nowrap" mb={6} h={40}>
      <ActionIcon.Group>
        <Tooltip label="Undo (Ctrl+Z)">
          <ActionIcon
            variant="default"
            size={36}
            aria-label="Undo"
            disabled={!canUndo}
            onClick={() => onGo('undo')}
          >
            <IconArrowBackUp size={19} />
          </ActionIcon>
        </Tooltip>
        <Tooltip label="Redo (Ctrl+Shift+Z)">
          <ActionIcon
            variant="default"
            size={36}
            aria-label="Redo"
            disabled={!canRedo}
            onClick={() => onGo('redo')}
          >
            <IconArrowForwardUp size={19} />
          </ActionIcon>
        </Tooltip>
      </ActionIcon.Group>
      {classes.length > 2 && (
        <Select
          aria-label="Class"
          w={150}
          data={classes.slice(1).map((label, i) => ({ value: `${i + 1}`, label }))}
          value={`${Math.min(value, classes.length - 1)}`}
          onChange={(to) => onSettings({ ...settings, value: Number(to ?? 1) })}
          allowDeselect={false}
          leftSection={<span className="dot" style={{ background: inStyle(classColour(value - 1)) }} />}
        />
      )}
      {(tool === 'brush' || tool === 'eraser') && (
        <NamedSlider
          name="Size"
          shown={`${radius} px`}
          {...{ min: 1, max: 80, step: 1, value: Math.min(80, radius) }}
          onChange={(to) => onSettings({ ...settings, radius: to })}
        />
      )}
      {tool === 'wand' && (
        <NamedSlider
          name="Tolerance"
          shown={`${tolerance} %`}
          {...{ min: 1, max: 60, step: 1, value: tolerance }}
          onChange={(to) => onSettings({ ...settings, tolerance: to })}
        />
      )}
      <Text size="sm" c="dimmed" truncate style={{ flex: 1 }} role="status">
        {summary}
      </Text>
      <NamedSlider
        name="Opacity"
        shown={`${Math.round(100 * look.opacity)} %`}
        {...{ min: 0, max: 1, step: 0.05, value: look.opacity }}
        onChange={(opacity) => onLook({ ...look, opacity })}
      />
      <SegmentedControl
        size="xs"
        aria-label="The drawing is shown"
        data={[
          { value: 'both', label: 'Filled' },
          { value: 'outline', label: 'Outlines' },
        ]}
        value={look.shape}
        onChange={(shape) => onLook({ ...look, shape: shape === 'outline' ? 'outline' : 'both' })}
      />
      <Checkbox
        label="By object"
        checked={look.colouring === 'objects'}
        onChange={(event) =>
          onLook({ ...look, colouring: event.currentTarget.checked ? 'objects' : 'classes' })
        }
      />
    </Group>
  );
}

interface NamedSliderProps {
  readonly name: string;
  readonly shown: string;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly value: number;
  readonly onChange: (value: number) => void;
}

function NamedSlider({ name, shown, ...slider }: NamedSliderProps) {
  return (
    <Group gap="xs" wrap="nowrap">
      <Text size="sm">{name}</Text>
      <Slider w={90} size="sm" thumbLabel={name} label={null} {...slider} />
      <Text size="sm" c="dimmed" w={44}>
        {shown}
      </Text>
    </Group>
  );
}
