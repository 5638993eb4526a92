import { ActionIcon, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { post, useAction } from '../api.ts';
import { classColour, inStyle } from '../viewer/colours.ts';

interface ClassNamesProps {
  readonly classes: readonly string[];
  readonly onDone: () => void;
}

/** What kinds of objects are told apart. */
export function ClassNames({ classes, onDone }: ClassNamesProps) {
  const [names, setNames] = useState<readonly string[]>(classes);
  const save = useAction(async () => {
    await post('classes', { classes: names });
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
          Save classes
        </Button>
      </Group>
    </Stack>
  );
}
