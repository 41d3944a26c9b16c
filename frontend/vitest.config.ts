// Apart from vite.config.ts, because the pages are built on machines where vitest is not installed.
import { defineConfig, mergeConfig } from 'vitest/config';

import pages from './vite.config.ts';

// These replace modules, or look at what happens when one is loaded: both only where nobody has loaded it before.
const APART = [
  'src/features/sealed-rounds/sending.test.ts',
  'src/features/award/room-panels.test.tsx',
  'src/features/award/panel-room.test.tsx',
  'src/features/award/final-panel.test.tsx',
  'src/ui/kit.test.tsx',
];

export default mergeConfig(
  pages,
  defineConfig({
    test: {
      environment: 'jsdom',
      setupFiles: ['./vitest.setup.ts'],
      // A forgotten await on a fake feed must not hang the build.
      testTimeout: 20_000,
      passWithNoTests: true,
      restoreMocks: true,
      unstubGlobals: true,
      projects: [
        // One window and one set of modules for all files of a worker: a fifth of the time that one each takes.
        { extends: true, test: { name: 'shared', include: ['src/**/*.test.{ts,tsx}'], exclude: APART, isolate: false } },
        { extends: true, test: { name: 'apart', include: APART } },
      ],
    },
  }),
);
