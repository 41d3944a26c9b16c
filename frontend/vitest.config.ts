// Apart from vite.config.ts, because the pages are built on machines where vitest is not installed.
import { defineConfig, mergeConfig } from 'vitest/config';

import pages from './vite.config.ts';

export default mergeConfig(
  pages,
  defineConfig({
    test: {
      environment: 'jsdom',
      include: ['src/**/*.test.{ts,tsx}'],
      setupFiles: ['./vitest.setup.ts'],
      // A forgotten await on a fake feed must not hang the build.
      testTimeout: 20_000,
      passWithNoTests: true,
      restoreMocks: true,
      unstubGlobals: true,
    },
  }),
);
