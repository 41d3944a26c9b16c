// The environment is marked wherever one is (SCREENS.md 1.7).

import { Link } from 'react-router';

import { useWords } from '@/i18n/use-words';

import css from './desk-frame.module.css';

export function DemoBanner() {
  const { t } = useWords('frame');
  return (
    <aside className={css['demo']} aria-label={t('common:demo')}>
      <strong>演示 · DEMO</strong>
      <span className={css['demoText']}>{t('demo_banner')}</span>
      <Link to="/door">{t('change_seat')}</Link>
    </aside>
  );
}
