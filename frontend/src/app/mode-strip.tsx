// A service reached over plain http from other machines says so on every page (attacks.md P02).
import { useConfig } from '@/api/config';
import { useWords } from '@/i18n/use-words';

import css from './app.module.css';

export function ModeStrip() {
  const { t } = useWords();
  if (useConfig().data?.mode !== 'insecure') return null;
  return (
    <p className={css['insecure']} role="note">
      {t('insecure')}
    </p>
  );
}

/** In the live room, which has no frame that could say it. */
export function DemoMark() {
  return <span className={css['demoMark']}>演示 · DEMO</span>;
}
