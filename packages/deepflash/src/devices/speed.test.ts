import { expect, test } from 'vitest';
import { convolutionSpeed } from './speed.js';

test('the processor has a speed', async () => {
  expect(await convolutionSpeed('cpu')).toBeGreaterThan(0);
});
