// Too many keys are lost after the close: two persons ask the bidders for their own secrets (SEALING.md section 6).

import { useState } from 'react';
import { Link } from 'react-router';

import { useWords } from '@/i18n/use-words';
import { announce } from '@/ui/announcer';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { AreaField } from '@/ui/field';
import { Instant } from '@/ui/instant';
import { ProblemAlert } from '@/ui/problem-alert';

import { useCommitteeAct, type Progress } from './queries';

export function RecoverPanel({ progress }: { progress: Progress }) {
  const { t } = useWords('committee');
  const act = useCommitteeAct(progress.round_id);
  const [isOpen, setOpen] = useState(false);
  const [reason, setReason] = useState('');
  if (progress.recovery !== null) {
    return (
      <Banner title={t('recover.asked')}>
        {t('recover.until')} <Instant at={progress.recovery.ends_at} named />
      </Banner>
    );
  }
  if (progress.proposal_id !== null) {
    return (
      <Banner>
        <Link to={`/approvals/${progress.proposal_id}`}>{t('form.waits')}</Link>
      </Banner>
    );
  }
  if (!progress.can_recover) return null;
  if (!isOpen) {
    return (
      <p>
        <Button onClick={() => setOpen(true)}>{t('recover.title')}</Button>
      </p>
    );
  }
  return (
    <section className="stack" aria-label={t('recover.title')}>
      <p>{t('recover.why')}</p>
      <AreaField label={t('form.reason')} value={reason} onChange={(event) => setReason(event.target.value)} />
      <ProblemAlert error={act.error} />
      <div className="row">
        <Button
          look="primary"
          disabled={reason.trim() === ''}
          busy={act.isPending}
          onClick={() => act.mutate({ path: 'recovery', body: { reason } }, { onSuccess: () => announce(t('form.asked')) })}
        >
          {t('form.ask')}
        </Button>
      </div>
    </section>
  );
}
