import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Longer than any wait inside a test: what was waited for is said by it.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // A process for each file: what a file leaves behind (sockets, timers, control planes) dies with it. Two at once,
    // because a file may start clusters of its own and the machines have two cores.
    pool: 'forks',
    maxWorkers: 2,
    globalSetup: ['test/shared-cluster-owner.ts'],
    setupFiles: ['test/house/forge-record.ts'],
    // A run that found no test proves nothing.
    passWithNoTests: false,
  },
});
