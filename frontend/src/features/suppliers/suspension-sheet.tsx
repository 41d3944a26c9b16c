// Proposing a suspension or its end. It takes effect only when a second person approves.

import { useState } from 'react';

import { pickName } from '@/domain/lang';
import { useWords } from '@/i18n/use-words';
import { Button } from '@/ui/button';
import { AreaField } from '@/ui/field';
import { ProblemAlert } from '@/ui/problem-alert';
import { Sheet } from '@/ui/sheet';

import { useProposeSuspension, type Dossier } from './queries';

// suppliers/schemas.py, Reason.
const SHORTEST_REASON = 5;

export function SuspensionSheet({ dossier, onClose }: { dossier: Dossier; onClose: () => void }) {
  const { t, lang } = useWords('suppliers');
  const act = dossier.state === 'suspended' ? 'reinstatement' : 'suspension';
  const propose = useProposeSuspension(dossier.id, act);
  const [reason, setReason] = useState('');
  const [isAsked, setAsked] = useState(false);
  const isShort = reason.trim().length < SHORTEST_REASON;
  const submit = () => {
    setAsked(true);
    if (!isShort) propose.mutate(reason.trim(), { onSuccess: onClose });
  };
  return (
    <Sheet
      title={t(`suspension.title_${act}`, { name: pickName(lang, dossier) })}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>{t('common:actions.cancel')}</Button>
          <Button look={act === 'suspension' ? 'danger' : 'primary'} busy={propose.isPending} onClick={submit}>
            {t('suspension.propose')}
          </Button>
        </>
      }
    >
      <div className="stack">
        <p>{t(`suspension.effect_${act}`)}</p>
        <ProblemAlert error={propose.error} />
        <AreaField
          label={t('suspension.reason')}
          hint={t('suspension.reason_hint')}
          value={reason}
          maxLength={1000}
          error={isAsked && isShort ? t('common:form.too_short', { count: SHORTEST_REASON }) : null}
          onChange={(event) => setReason(event.target.value)}
        />
      </div>
    </Sheet>
  );
}
