import { describe, expect, test } from 'vitest';
import { chooseDevice, type Looking } from './choose-device.js';
import type { DeviceName } from './speed.js';

/** A machine whose devices have these speeds: GFLOP/s in a convolution and seconds of a step. */
function machine(
  speeds: Readonly<Partial<Record<DeviceName, readonly [number, number]>>>,
): Looking & { readonly measured: DeviceName[] } {
  const measured: DeviceName[] = [];
  return {
    measured,
    async probe(device) {
      const speed = speeds[device];
      return speed === undefined ? { problem: 'not there' } : { gigaflops: speed[0] };
    },
    async measure(device) {
      measured.push(device);
      const speed = speeds[device];
      if (speed === undefined) return { problem: 'not there' };
      return { secondsPerStep: speed[1], memoryMB: 100 };
    },
  };
}

describe('the device of a training', () => {
  test('is the processor where there is nothing else, and no step is timed', async () => {
    const looking = machine({ cpu: [100, 1] });
    const { device, reason } = await chooseDevice({ threads: null }, looking);
    expect(device).toBe('cpu');
    expect(reason).toBe('The processor is all there is (webgpu: not there; cuda: not there).');
    expect(looking.measured).toEqual([]);
  });

  test('is the fastest of those that are there', async () => {
    const looking = machine({ cpu: [100, 1], webgpu: [900, 0.3], cuda: [2000, 0.1] });
    const { device, reason } = await chooseDevice({ threads: null }, looking);
    expect(device).toBe('cuda');
    expect(reason).toBe('A step of a small network takes 1.0 s on cpu, 0.30 s on webgpu, 0.10 s on cuda.');
  });

  test('is the processor where a card is hardly faster', async () => {
    const looking = machine({ cpu: [100, 1], webgpu: [200, 0.9] });
    expect((await chooseDevice({ threads: null }, looking)).device).toBe('cpu');
  });

  test('is no card that the processor imitates, and that is not timed', async () => {
    const looking = machine({ cpu: [100, 1], webgpu: [2, 60] });
    const { device, reason } = await chooseDevice({ threads: null }, looking);
    expect(device).toBe('cpu');
    expect(reason).toContain('webgpu does 2 GFLOP/s');
    expect(looking.measured).toEqual([]);
  });
});
