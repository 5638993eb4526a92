import { Accordion, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import type { SettingView } from 'deepflash';
import { useState } from 'react';
import { SettingField } from './setting-field.tsx';
import { readable } from './setting-names.ts';

export type Texts = Readonly<Record<string, string>>;

interface AllSettingsProps {
  readonly settings: readonly SettingView[];
  readonly texts: Texts;
  readonly onChange: (texts: Texts) => void;
}

const GROUPS = ['Network and training', 'Fine points', 'Augmentation'] as const;

/** Every setting of the schema, in groups, or those that fit what is searched. */
export function AllSettings({ settings, texts, onChange }: AllSettingsProps) {
  const [search, setSearch] = useState('');
  const [open, setOpen] = useState<string | null>(GROUPS[0]);
  const wanted = search.trim().toLowerCase();
  const fits = ({ name, help }: SettingView): boolean =>
    `${name} ${readable(name)} ${help}`.toLowerCase().includes(wanted);
  const fields = (shown: readonly SettingView[]) => (
    <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
      {shown.map((setting) => (
        <SettingField
          key={setting.name}
          setting={setting}
          text={texts[setting.name] ?? ''}
          onChange={(text) => onChange({ ...texts, [setting.name]: text })}
        />
      ))}
    </SimpleGrid>
  );
  return (
    <Stack gap="sm">
      <TextInput
        aria-label="Find a setting"
        placeholder="Find a setting"
        leftSection={<IconSearch size={16} />}
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
      />
      {wanted === '' ? (
        <Accordion variant="contained" value={open} onChange={setOpen}>
          {GROUPS.map((group) => (
            <Accordion.Item key={group} value={group}>
              <Accordion.Control>{group}</Accordion.Control>
              <Accordion.Panel>
                {open === group && fields(settings.filter((setting) => groupOf(setting) === group))}
              </Accordion.Panel>
            </Accordion.Item>
          ))}
        </Accordion>
      ) : (
        fields(settings.filter(fits))
      )}
    </Stack>
  );
}

function groupOf({ help, flag }: SettingView): (typeof GROUPS)[number] {
  if (help.startsWith('Augmentation')) return 'Augmentation';
  return flag ? 'Network and training' : 'Fine points';
}
