// What an approver reads of a best-and-final round, or of calling it off: until when, and why.

import { useWords } from '@/i18n/use-words';
import { Instant } from '@/ui/instant';

import css from './approvals.module.css';
import type { Proposal } from './queries';

export function FinalBrief({ summary }: { summary: Proposal['summary'] }) {
  const { t } = useWords('final-offers');
  const { closes_at, reason } = summary;
  return (
    <div className="stack">
      {typeof closes_at === 'string' && (
        <p>
          {t('closes')} <Instant at={closes_at} named />
        </p>
      )}
      <blockquote className={css['note']}>{typeof reason === 'string' ? reason : ''}</blockquote>
    </div>
  );
}
