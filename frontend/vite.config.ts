import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const server = 'http://127.0.0.1:8000';

// @hpke/core asks Node 18 for its crypto by a second file, which browsers would never load: without it the code that
// seals is one file that loads nothing.
const sealsAlone: Plugin = {
  name: 'seals-alone',
  apply: 'build',
  transform(code, id) {
    if (!id.includes('/@hpke/common/')) return null;
    return code.replaceAll('import("crypto")', 'Promise.reject(new Error("no WebCrypto"))');
  },
};

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
  plugins: [react(), sealsAlone, facesOfPapers],
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
    rolldownOptions: {
      input: {
        index: fileURLToPath(new URL('./index.html', import.meta.url)),
        // What seals a bid is one file of its own, seal-<hash>.js, which people can compare (SEALING.md section 3);
        // this entry is the list of what it offers, by name.
        'seal-names': fileURLToPath(new URL('./src/sealing/seal.ts', import.meta.url)),
      },
      output: {
        // Whatever the pages import of it: never a piece in a chunk of theirs.
        codeSplitting: { groups: [{ name: 'seal', test: /[\\/](src[\\/]sealing|node_modules[\\/]@hpke)[\\/]/ }] },
      },
      preserveEntrySignatures: 'strict',
    },
    // The server reads the manifest to know which files may be cached for ever.
    manifest: true,
    // The staff's desk (Ant Design, charts) may be large; the supplier's pages are measured by a test.
    chunkSizeWarningLimit: 1200,
  },
});
