// Phones: the next valid amount under the thumb, always in view (SCREENS.md 2.2.8).
import type { ReactNode } from 'react';

import { useWords } from '@/i18n/use-words';
import { Button } from '@/ui/button';

import css from './bid-bar.module.css';

export function BidBar({ action, onOther }: { action: ReactNode; onOther: (() => void) | null }) {
  const { t } = useWords('live-rounds');
  return (
    <div className={css['bar']}>
      <div className={css['main']}>{action}</div>
      {onOther !== null && (
        <Button className={css['other']} onClick={onOther}>
          {t('bid.or_type')}
        </Button>
      )}
    </div>
  );
}
