// AP-02: what came of the version before, and where this one differs from it.

import { useWords } from '@/i18n/use-words';
import { Instant } from '@/ui/instant';
import { Panel } from '@/ui/panel';
import { StateTag } from '@/ui/state-tag';

import css from './approvals.module.css';
import { ChangesTable } from './changes-table';
import type { Proposal } from './queries';

export function EarlierPanel({ earlier }: { earlier: NonNullable<Proposal['earlier']> }) {
  const { t } = useWords('approvals');
  return (
    <Panel title={t('earlier.title')} note={t('earlier.note')}>
      <div className="stack">
        <p className="row">
          <Instant at={earlier.proposed_at} />
          <StateTag kind="proposal" state={earlier.state} />
        </p>
        {earlier.reason && <blockquote className={css['note']}>{earlier.reason}</blockquote>}
        {earlier.differences.length === 0 ? <p>{t('earlier.same')}</p> : <ChangesTable changes={earlier.differences} />}
        {earlier.left_out > 0 && <p className="small muted">{t('earlier.left_out', { count: earlier.left_out })}</p>}
      </div>
    </Panel>
  );
}
