// What one may do with the stage at hand: forward with one press, back and out only with a reason.

import { useState } from 'react';

import { useWords } from '@/i18n/use-words';
import { announce } from '@/ui/announcer';
import { Button } from '@/ui/button';
import { AreaField } from '@/ui/field';
import { ProblemAlert } from '@/ui/problem-alert';
import { Sheet } from '@/ui/sheet';

import { useMove, type Move, type Project } from './queries';

// domain/process.py, SHORTEST_REASON.
const SHORTEST_REASON = 5;
const FORWARD = ['submit', 'accept', 'finish', 'propose'] as const;
const WITH_REASON = ['return', 'stop'] as const;

export function Moves({ held }: { held: Project }) {
  const { t } = useWords('demand');
  const move = useMove(held.id);
  const [asked, setAsked] = useState<(typeof WITH_REASON)[number] | null>(null);
  const isReady = held.checks.every((check) => check.is_met);
  const go = (act: Move['act'], reason = '') =>
    move.mutate(
      { version: held.version, act, reason },
      {
        onSuccess: () => {
          announce(t('moves.done'));
          setAsked(null);
        },
      },
    );
  return (
    <>
      {WITH_REASON.filter((act) => held.acts.includes(act)).map((act) => (
        <Button key={act} look={act === 'stop' ? 'quiet' : 'plain'} onClick={() => setAsked(act)}>
          {t(`moves.${act}`)}
        </Button>
      ))}
      {FORWARD.filter((act) => held.acts.includes(act) && (act === 'accept' || isReady)).map((act) => (
        <Button key={act} look="primary" busy={move.isPending} onClick={() => go(act)}>
          {t(`moves.${act}`)}
        </Button>
      ))}
      {asked === null ? <ProblemAlert error={move.error} /> : <ReasonSheet act={asked} move={move} onGo={(reason) => go(asked, reason)} onClose={() => setAsked(null)} />}
    </>
  );
}

interface ReasonSheetProps {
  act: (typeof WITH_REASON)[number];
  move: ReturnType<typeof useMove>;
  onGo: (reason: string) => void;
  onClose: () => void;
}

function ReasonSheet({ act, move, onGo, onClose }: ReasonSheetProps) {
  const { t } = useWords('demand');
  const [reason, setReason] = useState('');
  const [isAsked, setAsked] = useState(false);
  const isShort = reason.trim().length < SHORTEST_REASON;
  const submit = () => {
    setAsked(true);
    if (!isShort) onGo(reason.trim());
  };
  return (
    <Sheet
      title={t(`moves.${act}`)}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>{t('common:actions.cancel')}</Button>
          <Button look={act === 'stop' ? 'danger' : 'primary'} busy={move.isPending} onClick={submit}>
            {t(`moves.${act}`)}
          </Button>
        </>
      }
    >
      <div className="stack">
        <p>{t(`moves.${act}_effect`)}</p>
        <ProblemAlert error={move.error} />
        <AreaField
          label={t('moves.reason')}
          value={reason}
          maxLength={4000}
          error={isAsked && isShort ? t('common:form.too_short', { count: SHORTEST_REASON }) : null}
          onChange={(event) => setReason(event.target.value)}
        />
      </div>
    </Sheet>
  );
}
