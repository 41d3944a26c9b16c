import { fileURLToPath } from 'node:url';

import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const server = 'http://127.0.0.1:8000';

export default defineConfig({
  base: '/',
  plugins: [react()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  server: {
    proxy: {
      '/api': { target: server },
      '/ws': { target: server, ws: true },
    },
  },
  build: {
    // The last Chromium that Windows 7 shells embed; suppliers still bid from them.
    target: 'chrome109',
    // The server reads the manifest to know which files may be cached for ever.
    manifest: true,
    // The staff's desk (Ant Design, charts) may be large; the supplier's pages are measured by a test.
    chunkSizeWarningLimit: 1200,
  },
});
