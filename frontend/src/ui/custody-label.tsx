// The honest words about who could open a sealed bid (SEALING.md section 1), the same on every screen that shows a sealed round.

import { useWords } from '@/i18n/use-words';

import css from './custody-label.module.css';
import { Icon } from './icon';

export function CustodyLabel({ custody }: { custody: string }) {
  const { t, find } = useWords();
  return (
    <p className={css['label']}>
      <Icon name="lock" size={16} />
      <span>{find(`words:custody.${custody}`, t('unknown'))}</span>
    </p>
  );
}
