import { ActionIcon, Button, Group, Radio, Stack, Text, TextInput } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import type { ProjectView } from 'deepflash';
import { useState } from 'react';
import { post, useAction } from '../api.ts';
import { classColour, inStyle } from '../viewer/colours.ts';

interface ClassNamesProps {
  readonly classes: readonly string[];
  readonly objects: ProjectView['objects'];
  readonly onDone: () => void;
}

/** What kinds of objects are told apart. */
export function ClassNames({ classes, objects, onDone }: ClassNamesProps) {
  const [names, setNames] = useState<readonly string[]>(classes);
  const [kind, setKind] = useState(objects);
  const save = useAction(async () => {
    await post('classes', { classes: names });
    if (kind !== objects) await post('objects', { objects: kind });
    onDone();
  });
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">
        The kinds of things that you tell apart. Most projects need one besides the background.
      </Text>
      {names.map((name, index) => (
        <TextInput
          // biome-ignore lint/suspicious/noArrayIndexKey: a class is its number
          key={index}
          aria-label={index === 0 ? 'Background' : `Class ${index}`}
          value={name}
          leftSection={
            <span
              className="dot"
              style={{ background: index === 0 ? 'transparent' : inStyle(classColour(index - 1)) }}
            />
          }
          onChange={(event) => {
            const { value } = event.currentTarget;
            setNames((before) => before.map((one, i) => (i === index ? value : one)));
          }}
        />
      ))}
      <Radio.Group
        label="An object is"
        value={kind}
        onChange={(to) => setKind(to === 'numbered' ? 'numbered' : 'regions')}
      >
        <Stack gap="xs" mt={6}>
          <Radio
            value="regions"
            label="a region of one class"
            description="What touches is one object. For cells that lie apart, and for tissue."
          />
          <Radio
            value="numbered"
            label="numbered one by one"
            description="Every stroke or outline begins a new object, and objects may touch. Numbers are saved beside the classes."
          />
        </Stack>
      </Radio.Group>
      <Group justify="space-between">
        <ActionIcon
          variant="default"
          size={36}
          aria-label="Add a class"
          onClick={() => setNames((before) => [...before, `class ${before.length}`])}
        >
          <IconPlus size={18} />
        </ActionIcon>
        <Button onClick={() => save.mutate(undefined)} loading={save.isPending}>
          Save
        </Button>
      </Group>
    </Stack>
  );
}
