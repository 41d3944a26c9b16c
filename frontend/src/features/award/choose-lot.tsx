// DR-08: the preferred supplier of one lot by label, or no award; the reason where one is due, the reserve candidate.

import { useId } from 'react';

import { useWords } from '@/i18n/use-words';
import { AreaField } from '@/ui/field';
import page from '@/ui/working-page.module.css';

import css from './award.module.css';
import { departs, isExplained, reserveOf, takeAdopted, whyReason, type LotAdopted, type LotChoice } from './choosing';
import { LotRankingPanel, RankAndLabel } from './lot-ranking';
import type { LotRanking, Ranking } from './queries';
import { SharesText } from './shares-text';

// app/award/schemas.py, Reason.
const LONGEST_REASON = 2000;

interface ChooseLotProps {
  ranking: Ranking;
  lot: LotRanking;
  choice: LotChoice;
  /** What the adopted scenario says of the lot, where one is. */
  adopted: LotAdopted | undefined;
  onChoose: (choice: LotChoice) => void;
  /** Somebody asked to submit: what is missing is said. */
  isAsked: boolean;
  zone?: string;
}

export function ChooseLot({ ranking, lot, choice, adopted, onChoose, isAsked, zone }: ChooseLotProps) {
  const { t } = useWords('award');
  const name = useId();
  const isShared = (choice.shares ?? []).length > 0;
  const pickLabel = (label: string | null) => onChoose({ label, reason: choice.reason });
  const radio = (label: string | null) => (
    <input type="radio" name={name} checked={!isShared && choice.label === label} onChange={() => pickLabel(label)} />
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
              {adopted && adopted.parts.length > 1 && (
                <label className={page['pick']}>
                  <input
                    type="radio"
                    name={name}
                    checked={isShared && !departs(choice, adopted)}
                    onChange={() => onChoose(takeAdopted(lot, adopted, choice.reason))}
                  />
                  <span>
                    {t('choose.adopted', { number: adopted.number })} <SharesText shares={adopted.parts} />
                  </span>
                </label>
              )}
              <label className={page['pick']}>
                {radio(null)}
                <span>{t('choose.no_award')}</span>
              </label>
              <Consequence lot={lot} choice={choice} adopted={adopted} onChoose={onChoose} isAsked={isAsked} />
            </div>
          )
        }
      />
    </fieldset>
  );
}

function Consequence({ lot, choice, adopted, onChoose, isAsked }: Pick<ChooseLotProps, 'lot' | 'choice' | 'adopted' | 'onChoose' | 'isAsked'>) {
  const { t } = useWords('award');
  const why = whyReason(lot, choice, adopted);
  const reserve = reserveOf(lot, choice);
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
          error={isAsked && !isExplained(lot, choice, adopted) ? t('codes:REASON_MISSING') : null}
          onChange={(event) => onChoose({ ...choice, reason: event.target.value })}
        />
      )}
    </>
  );
}
