// DR-04: a member's vote on the shortlist; against it with a reason, which stays on record as dissent.

import { useRef, useState } from 'react';

import { useWords } from '@/i18n/use-words';
import { announce } from '@/ui/announcer';
import { Button } from '@/ui/button';
import { AreaField } from '@/ui/field';
import { focusFirstFault } from '@/ui/focus-fault';
import { ProblemAlert } from '@/ui/problem-alert';
import page from '@/ui/working-page.module.css';

import css from './award.module.css';
import { useVote, type Room, type Vote } from './panel-queries';

const VOTES = ['for', 'against', 'abstain'] as const satisfies readonly Vote[];
// app/award/schemas.py, Reason.
const LONGEST_REASON = 2000;

export function VoteForm({ room }: { room: Room }) {
  const { t } = useWords('panel');
  const own = room.ballots.find((ballot) => ballot.is_you);
  const [vote, setVote] = useState<Vote | null>(own?.vote ?? null);
  const [reason, setReason] = useState(own?.reason ?? '');
  const [isAsked, setAsked] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const cast = useVote(room.tender_id);
  const isBare = vote === 'against' && reason.trim() === '';
  const send = () => {
    setAsked(true);
    if (vote === null || isBare) return focusFirstFault(form.current);
    cast.mutate({ digest: room.shortlist_digest ?? '', vote, reason: reason.trim() }, { onSuccess: () => announce(t('cast.said')) });
  };
  return (
    <form
      ref={form}
      className={css['inset']}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <fieldset className={css['options']}>
        <legend>{t('cast.legend')}</legend>
        {VOTES.map((each) => (
          <label key={each} className={page['pick']}>
            <input type="radio" name="vote" checked={vote === each} aria-invalid={(isAsked && vote === null) || undefined} onChange={() => setVote(each)} />
            <span>{t(`cast.${each}`)}</span>
          </label>
        ))}
      </fieldset>
      <AreaField
        label={t('cast.reason')}
        optional={vote !== 'against'}
        value={reason}
        maxLength={LONGEST_REASON}
        rows={2}
        error={isAsked && isBare ? t('codes:REASON_MISSING') : null}
        onChange={(event) => setReason(event.target.value)}
      />
      <ProblemAlert error={cast.error} />
      <div className="row">
        <Button look="primary" type="submit" busy={cast.isPending} disabled={vote === null}>
          {t((own?.vote ?? null) === null ? 'cast.button' : 'cast.again')}
        </Button>
        <span className="small muted">{t('cast.until')}</span>
      </div>
    </form>
  );
}
