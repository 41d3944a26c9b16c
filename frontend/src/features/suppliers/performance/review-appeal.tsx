// The supplier's appeal against a closed review: made within its days, and what became of it.

import { useState } from 'react';

import { useWords } from '@/i18n/use-words';
import { Button } from '@/ui/button';
import { Tag } from '@/ui/state-tag';

import { useMakeAppeal, useOwnLife } from '../lifecycle-queries';
import { APPEAL_TONES } from '../own-life';
import { SaySheet } from '../say-sheet';
import css from '../suppliers.module.css';
import type { Review } from './queries';

export function ReviewAppeal({ review }: { review: Review }) {
  const { t } = useWords('performance');
  const appeals = useOwnLife().data?.appeals.filter((one) => one.subject === 'performance') ?? [];
  const own = appeals.find((one) => one.subject_id === review.id);
  // A review that was computed anew took the place of the one appealed against.
  const decided = review.is_final ? appeals.find((one) => one.state === 'upheld' && one.decided_at === review.made_at) : undefined;
  const shown = own ?? decided;
  return (
    <>
      {shown && (
        <blockquote className={css['quote']}>
          <p className="row">
            <strong>{t('appeal.own')}</strong>
            <Tag tone={APPEAL_TONES[shown.state]}>{t(`appeal.states.${shown.state}`)}</Tag>
          </p>
          <p>{shown.text}</p>
          {shown.answer && (
            <p>
              <span className="small muted">{t('appeal.answer')}</span> {shown.answer}
            </p>
          )}
        </blockquote>
      )}
      {review.may_appeal && <Make review={review} />}
      {!review.may_appeal && shown === undefined && review.appeal_until !== null && <p className="small muted">{t('appeal.over', { day: review.appeal_until })}</p>}
    </>
  );
}

function Make({ review }: { review: Review }) {
  const { t } = useWords('performance');
  const appeal = useMakeAppeal();
  const [isOpen, setOpen] = useState(false);
  const send = (text: string) => appeal.mutate({ subject: 'performance', subject_id: review.id, text }, { onSuccess: () => setOpen(false) });
  return (
    <div className="spread">
      <span className="small muted">{t('appeal.until', { day: review.appeal_until ?? '' })}</span>
      <Button onClick={() => setOpen(true)}>{t('appeal.make')}</Button>
      {isOpen && (
        <SaySheet
          title={t('appeal.make')}
          lead={t('appeal.lead')}
          label={t('appeal.text')}
          hint={t('appeal.no_contact')}
          error={appeal.error}
          isBusy={appeal.isPending}
          acts={[{ word: t('appeal.send'), onSay: send }]}
          onClose={() => setOpen(false)}
        />
      )}
    </div>
  );
}
