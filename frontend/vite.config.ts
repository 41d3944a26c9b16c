import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

import { sealingFile } from './sealing-file.ts';

const server = 'http://127.0.0.1:8000';

// The Chinese face that the server draws PDFs with (app/award/printing.py) travels beside the pages; nothing serves it.
const facesOfPapers: Plugin = {
  name: 'faces-of-papers',
  apply: 'build',
  generateBundle() {
    const folder = new URL('./node_modules/@expo-google-fonts/noto-sans-sc/', import.meta.url);
    const files = { 'NotoSansSC-Regular.ttf': '400Regular/NotoSansSC_400Regular.ttf', 'NotoSansSC-Bold.ttf': '700Bold/NotoSansSC_700Bold.ttf', LICENSE: 'LICENSE_FONT' };
    for (const [name, path] of Object.entries(files)) this.emitFile({ type: 'asset', fileName: `fonts/${name}`, source: readFileSync(new URL(path, folder)) });
  },
};

export default defineConfig({
  base: '/',
  plugins: [react(), sealingFile(), facesOfPapers],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  server: {
    proxy: {
      '/api': { target: server },
      '^/seal/': { target: server },
      '/ws': { target: server, ws: true },
    },
  },
  build: {
    // The last Chromium that Windows 7 shells embed; suppliers still bid from them.
    target: 'chrome109',
    rolldownOptions: {
      input: {
        index: fileURLToPath(new URL('./index.html', import.meta.url)),
      },
      output: {
        // The few lines that load the sealing file wait for it: nothing else may stand in their chunk, above all not
        // Vite's own helper, for which every page would wait.
        codeSplitting: {
          groups: [
            { name: 'preload', test: /vite\/preload-helper/, priority: 2 },
            { name: 'sealing-loader', test: /bidroom:sealing-file/, priority: 1 },
          ],
        },
      },
    },
    // The server reads the manifest to know which files may be cached for ever.
    manifest: true,
    // The staff's desk (Ant Design, charts) may be large; the supplier's pages are measured by a test.
    chunkSizeWarningLimit: 1200,
  },
});
