// Cancelling and going on with too few: the effect in words, a reason, and a second person (ACCESS.md section 3).
import { useState } from 'react';
import { useNavigate } from 'react-router';

import { useWords } from '@/i18n/use-words';
import { announce } from '@/ui/announcer';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { AreaField } from '@/ui/field';
import { ProblemAlert } from '@/ui/problem-alert';
import { Sheet } from '@/ui/sheet';

import { useTenderAct } from './api';

const LEAST = 5;

export function ReasonSheet({ tenderId, act, onClose }: { tenderId: string; act: 'cancel' | 'continue'; onClose: () => void }) {
  const { t } = useWords('tenders');
  const [reason, setReason] = useState('');
  const [isTried, setTried] = useState(false);
  const doing = useTenderAct(tenderId);
  const navigate = useNavigate();
  const isShort = reason.trim().length < LEAST;
  const confirm = () => {
    setTried(true);
    if (isShort) return;
    doing.mutate(
      { act, body: { reason: reason.trim() } },
      {
        onSuccess: (answer) => {
          announce(t('acts.proposed'));
          // A draft is dropped at once, without a second person: there is nothing left to look at.
          if ((answer as { proposal_id: string | null }).proposal_id === null) void navigate('/tenders');
          onClose();
        },
      },
    );
  };
  return (
    <Sheet
      title={t(`acts.${act}_title`)}
      onClose={onClose}
      foot={
        <div className="row">
          <Button onClick={onClose}>{t('common:actions.back')}</Button>
          <Button look={act === 'cancel' ? 'danger' : 'primary'} busy={doing.isPending} onClick={confirm}>
            {t(`acts.${act}_confirm`)}
          </Button>
        </div>
      }
    >
      <div className="stack">
        <Banner tone="warn">{t(`acts.${act}_effect`)}</Banner>
        <AreaField
          label={t('acts.reason')}
          value={reason}
          maxLength={1000}
          onChange={(event) => setReason(event.target.value)}
          error={isTried && isShort ? t('common:form.too_short', { count: LEAST }) : null}
        />
        <ProblemAlert error={doing.error} />
      </div>
    </Sheet>
  );
}
