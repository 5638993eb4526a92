import { ActionIcon, Menu } from '@mantine/core';
import { IconBook2, IconHelp, IconRoute } from '@tabler/icons-react';
import type { ProjectView } from 'deepflash';
import { useLocation } from 'wouter';
import { post, useAction } from '../api.ts';
import { firstOpenStep, TOUR } from './steps.ts';

/** Where the tour comes back, and words are explained. */
export function HelpMenu({ project }: { readonly project: ProjectView }) {
  const [, go] = useLocation();
  const start = useAction((step: number) => post('tour', { step }));
  return (
    <Menu position="bottom-end" shadow="md" width={230}>
      <Menu.Target>
        <ActionIcon variant="default" size="lg" aria-label="Help">
          <IconHelp size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<IconRoute size={16} />}
          disabled={project.images.length === 0}
          onClick={() => {
            const step = firstOpenStep(project);
            start.mutate(step);
            go(TOUR[step - 1]?.href ?? '/');
          }}
        >
          Tour of the pages
        </Menu.Item>
        <Menu.Item leftSection={<IconBook2 size={16} />} onClick={() => go('/glossary')}>
          Glossary
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
