import type { Settings } from '@deepflash/segmentation';

/** Whether a training runs on the processor: `auto` does not try a graphics card. */
export function isOnProcessor({ device }: Pick<Settings, 'device'>): boolean {
  return device === 'auto' || device === 'cpu';
}
