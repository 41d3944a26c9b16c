// DR-08: the preferred supplier of one lot by label, or no award; the reason where one is due, the reserve candidate.

import { useId } from 'react';

import { useWords } from '@/i18n/use-words';
import { AreaField } from '@/ui/field';
import page from '@/ui/working-page.module.css';

import css from './award.module.css';
import { isExplained, reserveOf, whyReason, type LotChoice } from './choosing';
import { LotRankingPanel, RankAndLabel } from './lot-ranking';
import type { LotRanking, Ranking } from './queries';

// app/award/schemas.py, Reason.
const LONGEST_REASON = 2000;

interface ChooseLotProps {
  ranking: Ranking;
  lot: LotRanking;
  choice: LotChoice;
  onChoose: (choice: LotChoice) => void;
  /** Somebody asked to submit: what is missing is said. */
  isAsked: boolean;
  zone?: string;
}

export function ChooseLot({ ranking, lot, choice, onChoose, isAsked, zone }: ChooseLotProps) {
  const { t } = useWords('award');
  const name = useId();
  const pickLabel = (label: string | null) => onChoose({ ...choice, label });
  const radio = (label: string | null) => (
    <input type="radio" name={name} checked={choice.label === label} onChange={() => pickLabel(label)} />
  );
  return (
    <fieldset className={css['lot']}>
      <legend className="visually-hidden">{t('choose.legend', { number: lot.number })}</legend>
      <LotRankingPanel
        ranking={ranking}
        lot={lot}
        {...(zone === undefined ? {} : { zone })}
        head={(row) => (
          <label className={page['pick']}>
            {radio(row.label)}
            <RankAndLabel row={row} />
          </label>
        )}
        foot={
          lot.rows.length > 0 && (
            <div className={css['choice']}>
              <label className={page['pick']}>
                {radio(null)}
                <span>{t('choose.no_award')}</span>
              </label>
              <Consequence lot={lot} choice={choice} onChoose={onChoose} isAsked={isAsked} />
            </div>
          )
        }
      />
    </fieldset>
  );
}

function Consequence({ lot, choice, onChoose, isAsked }: Pick<ChooseLotProps, 'lot' | 'choice' | 'onChoose' | 'isAsked'>) {
  const { t } = useWords('award');
  const why = whyReason(lot, choice.label);
  const reserve = reserveOf(lot, choice.label);
  return (
    <>
      <p className={css['reserve']}>
        <span className="muted">{t('choose.reserve')}</span>{' '}
        {reserve === null ? t('choose.no_reserve') : t('choose.reserve_is', { label: reserve.label, rank: reserve.rank })}
      </p>
      {why !== null && (
        <AreaField
          label={t('choose.reason')}
          hint={t(`choose.why.${why}`)}
          value={choice.reason}
          maxLength={LONGEST_REASON}
          error={isAsked && !isExplained(lot, choice) ? t('codes:REASON_MISSING') : null}
          onChange={(event) => onChoose({ ...choice, reason: event.target.value })}
        />
      )}
    </>
  );
}
