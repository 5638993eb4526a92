import {
  ActionIcon,
  AppShell,
  Container,
  Group,
  NativeSelect,
  Tabs,
  Text,
  Title,
  useComputedColorScheme,
  useMantineColorScheme,
} from '@mantine/core';
import { useState } from 'react';
import { PredictPage } from './pages/predict.tsx';
import { TrainPage } from './pages/train.tsx';
import type { Compute } from './work/messages.ts';

const COMPUTE: readonly { readonly value: Compute; readonly label: string }[] = [
  { value: 'auto', label: 'Compute on: the best there is' },
  { value: 'webgpu', label: 'Compute on: graphics card (WebGPU)' },
  { value: 'wasm', label: 'Compute on: processor (WebAssembly)' },
];

export function App() {
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme('light');
  const [compute, setCompute] = useState<Compute>('auto');
  return (
    <AppShell header={{ height: 56 }} padding="md">
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Title order={1} size="h4">
              deepflash
            </Title>
            <Text c="dimmed" truncate visibleFrom="sm">
              in this browser: nothing leaves the computer
            </Text>
          </Group>
          <Group gap="sm" wrap="nowrap">
            <NativeSelect
              aria-label="Compute on"
              data={[...COMPUTE]}
              value={compute}
              onChange={({ currentTarget: { value } }) =>
                setCompute(COMPUTE.find((one) => one.value === value)?.value ?? 'auto')
              }
            />
            <ActionIcon
              variant="default"
              size="lg"
              aria-label={scheme === 'dark' ? 'Light colours' : 'Dark colours'}
              onClick={() => setColorScheme(scheme === 'dark' ? 'light' : 'dark')}
            >
              {scheme === 'dark' ? '☀' : '☾'}
            </ActionIcon>
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Main>
        <Container size="xl" px={0}>
          <Tabs defaultValue="predict" keepMounted>
            <Tabs.List mb="md">
              <Tabs.Tab value="predict">Predict</Tabs.Tab>
              <Tabs.Tab value="train">Train</Tabs.Tab>
            </Tabs.List>
            <Tabs.Panel value="predict">
              <PredictPage compute={compute} />
            </Tabs.Panel>
            <Tabs.Panel value="train">
              <TrainPage compute={compute} />
            </Tabs.Panel>
          </Tabs>
        </Container>
      </AppShell.Main>
    </AppShell>
  );
}
