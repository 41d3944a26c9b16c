// Asking the approver to unlock the scores: the reason is what he reads.

import { useState } from 'react';

import { useWords } from '@/i18n/use-words';
import { announce } from '@/ui/announcer';
import { Button } from '@/ui/button';
import { AreaField } from '@/ui/field';
import { ProblemAlert } from '@/ui/problem-alert';
import { Sheet as Dialog } from '@/ui/sheet';

import { useUnlock } from './queries';

const LONGEST = 2000;
// app/domain/approving.py
const SHORTEST = 5;

export function UnlockSheet({ tenderId, onClose }: { tenderId: string; onClose: () => void }) {
  const { t } = useWords('evaluation');
  const unlock = useUnlock(tenderId);
  const [reason, setReason] = useState('');
  const [isAsked, setAsked] = useState(false);
  const isShort = reason.trim().length < SHORTEST;
  const send = () => {
    setAsked(true);
    if (isShort) return;
    unlock.mutate(reason.trim(), {
      onSuccess: () => {
        announce(t('unlock.sent'));
        onClose();
      },
    });
  };
  return (
    <Dialog
      title={t('unlock.sure')}
      onClose={onClose}
      foot={
        <div className="row">
          <Button look="primary" busy={unlock.isPending} onClick={send}>
            {t('unlock.button')}
          </Button>
          <Button onClick={onClose}>{t('common:actions.cancel')}</Button>
        </div>
      }
    >
      <div className="stack">
        <p>{t('unlock.effect')}</p>
        <AreaField
          label={t('unlock.reason')}
          hint={t('unlock.reason_hint')}
          rows={3}
          maxLength={LONGEST}
          value={reason}
          error={isAsked && isShort ? t('codes:REASON_MISSING') : null}
          onChange={(event) => setReason(event.target.value)}
        />
        <ProblemAlert error={unlock.error} />
      </div>
    </Dialog>
  );
}
