import { configDefaults, defineConfig } from 'vitest/config';
import { ALONE, LongestFirst } from './vitest.order.ts';

// Tests import the packages' sources (the `@deepflash/source` export condition), so a failing test
// points at TypeScript. Only tests of the command line need the built `dist` folders.
export default defineConfig({
  resolve: { conditions: ['@deepflash/source', 'node', 'import', 'default'] },
  ssr: { resolve: { conditions: ['@deepflash/source', 'node', 'import', 'default'] } },
  test: {
    pool: 'forks',
    // Two compute and one waits, on the two cores of the smallest machine.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    setupFiles: ['vitest.setup.ts'],
    // A busy machine is no failure.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Weights that a setting leaves open are not downloaded by tests.
    env: { HF_HUB_OFFLINE: '1' },
    projects: [
      { extends: true, test: { name: 'alone', include: [...ALONE] } },
      {
        extends: true,
        test: {
          name: 'together',
          include: ['packages/*/src/**/*.test.ts', 'bench/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...ALONE],
          // More than 200 files that take turns in the same processes: starting one for each and loading the packages
          // anew took a quarter of the time.
          isolate: false,
        },
      },
    ],
  },
});
