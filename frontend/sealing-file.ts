// The one file that seals, built alone before the pages: its name is the SHA-256 of its bytes. SEALING.md section 3.
//
// The pages never bundle it. What they import as '@/sealing/seal' becomes a few lines that ask the browser for
// /seal/<sha256>.js by an integrity attribute, so that a page runs exactly the bytes it was built with, or nothing. The
// same bytes stand in /seal/ (seal/index.html), a page without anything else that is saved, compared and used offline.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { build, type Plugin, type Rolldown } from 'vite';

const SOURCES = fileURLToPath(new URL('./src', import.meta.url));
const ENTRY = `${SOURCES}/standalone/file.ts`;
const LOADER = '\0bidroom:sealing-file';

interface Made {
  code: string;
  sha256: string;
  exports: readonly string[];
}

function digest(bytes: string, form: 'hex' | 'base64'): string {
  return createHash('sha256').update(bytes, 'utf8').digest(form);
}

// @hpke/core asks Node 18 for its crypto by a second file, which browsers would never load: without it the code that
// seals is one file that loads nothing.
const loadsNothing: Plugin = {
  name: 'loads-nothing',
  transform(code, id) {
    if (!id.includes('/@hpke/common/')) return null;
    return code.replaceAll('import("crypto")', 'Promise.reject(new Error("no WebCrypto"))');
  },
};

/** The file by itself: nothing of the folder it was built in, of the time or of the pages is in its bytes. */
export async function makeSealingFile(): Promise<Made> {
  const built = await build({
    configFile: false,
    root: fileURLToPath(new URL('.', import.meta.url)),
    logLevel: 'error',
    publicDir: false,
    plugins: [loadsNothing],
    resolve: { alias: { '@': SOURCES } },
    build: {
      write: false,
      target: 'chrome109',
      modulePreload: false,
      rolldownOptions: { input: ENTRY, preserveEntrySignatures: 'strict', output: { codeSplitting: false } },
    },
  });
  const { output } = (Array.isArray(built) ? built[0] : built) as Rolldown.RolldownOutput;
  const [only, ...more] = output;
  if (only === undefined || more.length > 0) throw new Error('what seals is one file');
  // Inside a page it is the text of a script element; these two would end it early.
  if (/<\/script|<!--/i.test(only.code)) throw new Error('the sealing file cannot stand in a page');
  return { code: only.code, sha256: digest(only.code, 'hex'), exports: only.exports };
}

/** The page that is saved and used offline: its policy lets exactly these bytes run, and nothing out. */
export function standAlonePage(code: string): string {
  const shell = readFileSync(`${SOURCES}/standalone/page.html`, 'utf8');
  const style = readFileSync(`${SOURCES}/standalone/page.css`, 'utf8');
  const hash = (text: string) => `'sha256-${digest(text, 'base64')}'`;
  const policy = `default-src 'none'; script-src ${hash(code)}; style-src ${hash(style)}; base-uri 'none'; form-action 'none'`;
  // Functions: a text would have its dollar signs read as places.
  return shell
    .replace('__POLICY__', () => policy)
    .replace('__STYLE__', () => style)
    .replace('__CODE__', () => code);
}

/** The lines in the pages that stand for '@/sealing/seal'. */
function loader({ code, sha256, exports }: Made): string {
  const path = JSON.stringify(`/seal/${sha256}.js`);
  return `
await new Promise((done, failed) => {
  const script = document.createElement('script');
  script.type = 'module';
  script.integrity = 'sha256-${digest(code, 'base64')}';
  script.src = ${path};
  script.onload = done;
  script.onerror = () => failed(new Error('SEALING_FILE'));
  document.head.append(script);
});
export const { ${exports.join(', ')} } = await import(/* @vite-ignore */ ${path});
`;
}

export function sealingFile(): Plugin {
  let made: Made | null = null;
  const needed = (): Made => {
    if (made === null) throw new Error('the sealing file comes first');
    return made;
  };
  return {
    name: 'sealing-file',
    apply: 'build',
    enforce: 'pre',
    async buildStart() {
      made = await makeSealingFile();
    },
    async resolveId(source, importer) {
      if (importer === undefined || importer.startsWith(`${SOURCES}/sealing/`) || !source.includes('sealing/')) return null;
      const found = await this.resolve(source, importer, { skipSelf: true });
      return found?.id === `${SOURCES}/sealing/seal.ts` ? LOADER : null;
    },
    load(id) {
      if (id === LOADER) return loader(needed());
      // Which file this release of the pages loads, for people to compare.
      if (id === `${SOURCES}/sealing/released.ts`) return `export const RELEASED = ${JSON.stringify(needed().sha256)};`;
      return null;
    },
    generateBundle() {
      const { code, sha256 } = needed();
      this.emitFile({ type: 'asset', fileName: `seal/${sha256}.js`, source: code });
      this.emitFile({ type: 'asset', fileName: 'seal/index.html', source: standAlonePage(code) });
    },
  };
}
