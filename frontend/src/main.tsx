// The start: words first, so that no page ever shows a key; then the pages.

import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';

import { App } from '@/app/app';
import { startWords } from '@/i18n/start';
import '@/ui/base.css';

const root = document.getElementById('root');
if (root === null) throw new Error('no #root in index.html');

await startWords();
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
