// The honest words about who could open a sealed bid (SEALING.md section 1), the same on every screen that shows a sealed round.

import { useWords } from '@/i18n/use-words';

import css from './custody-label.module.css';
import { Icon } from './icon';

/** `said`: the words with the committee's figures, where they are known. */
export function CustodyLabel({ custody, said = '' }: { custody: string; said?: string }) {
  const { t, find } = useWords();
  return (
    <p className={css['label']}>
      <Icon name="lock" size={16} />
      <span>{said || find(`words:custody.${custody}`, t('unknown'))}</span>
    </p>
  );
}
