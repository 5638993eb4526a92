import { defineConfig } from 'vitest/config';

// Tests import the packages' sources (the `@deepflash/source` export condition), so a failing test
// points at TypeScript. Only tests of the command line need the built `dist` folders.
export default defineConfig({
  resolve: { conditions: ['@deepflash/source', 'node', 'import', 'default'] },
  ssr: { resolve: { conditions: ['@deepflash/source', 'node', 'import', 'default'] } },
  test: {
    include: ['packages/*/src/**/*.test.ts', 'bench/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 2,
    setupFiles: ['vitest.setup.ts'],
    testTimeout: 60_000,
    // Weights that a setting leaves open are not downloaded by tests.
    env: { HF_HUB_OFFLINE: '1' },
  },
});
