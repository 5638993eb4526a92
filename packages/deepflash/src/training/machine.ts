import type { Settings } from '@deepflash/segmentation';

/** Whether a training runs on the processor, as it does where no device has been chosen. */
export function isOnProcessor({ device }: Pick<Settings, 'device'>): boolean {
  return device === 'auto' || device === 'cpu';
}
