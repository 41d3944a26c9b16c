// DR-01: the rules the ranking stands on, as sentences, with the hash of the frozen criteria and of the locked scores.

import { pick } from '@/domain/lang';
import { useWords } from '@/i18n/use-words';
import { Facts } from '@/ui/facts';
import page from '@/ui/working-page.module.css';

import css from './award.module.css';
import { trimmed } from './choosing';
import type { Ranking } from './queries';

type Evaluation = NonNullable<Ranking['evaluation']>;

export function RankingRules({ ranking }: { ranking: Ranking }) {
  const { t, lang } = useWords('award');
  const { evaluation } = ranking;
  return (
    <div className={css['rules']}>
      <ul>
        {evaluation !== null && <EvaluationRules evaluation={evaluation} formula={ranking.formula_words} isByPrice={!hasFigures(ranking)} />}
        {evaluation === null && <li>{ranking.formula_words === null ? t('rules.price_only') : pick(lang, ranking.formula_words)}</li>}
        <li>{t(hasTotals(ranking) ? 'rules.ties_total' : 'rules.ties')}</li>
        <li>{t('rules.labels')}</li>
      </ul>
      {(ranking.frozen_hash !== null || ranking.scores_digest !== null) && (
        <details className={css['proof']}>
          <summary>{t('rules.proof')}</summary>
          <Facts
            items={[
              ...(ranking.frozen_hash === null ? [] : [{ term: t('rules.frozen'), value: <code className={page['hash']}>{ranking.frozen_hash}</code> }]),
              ...(ranking.scores_digest === null ? [] : [{ term: t('rules.scores'), value: <code className={page['hash']}>{ranking.scores_digest}</code> }]),
            ]}
          />
        </details>
      )}
    </div>
  );
}

function EvaluationRules({ evaluation, formula, isByPrice }: { evaluation: Evaluation; formula: Ranking['formula_words']; isByPrice: boolean }) {
  const { t, lang } = useWords('award');
  const { technical, price, shortlist } = evaluation;
  // A live round may have ranked by an evaluated price where the evaluation itself names the price alone.
  const isPrice = price.formula.code === 'price_only' && isByPrice;
  const isTotal = technical !== null && price.formula.code !== 'price_only';
  return (
    <>
      {isPrice && <li>{t('rules.price_only')}</li>}
      {isTotal && <li>{t('rules.total', { technical: trimmed(technical.weight), price: trimmed(price.weight) })}</li>}
      {!isPrice && formula !== null && <li>{pick(lang, formula)}</li>}
      {technical?.threshold && <li>{t('rules.threshold', { threshold: trimmed(technical.threshold) })}</li>}
      {technical?.criteria.some((criterion) => criterion.threshold !== null) && <li>{t('rules.criterion_thresholds')}</li>}
      <li>
        {t(shortlist.ties === 'record' ? 'rules.shortlist_record' : 'rules.shortlist', { count: shortlist.count })}
        {shortlist.within && ` ${t('rules.within', { within: trimmed(shortlist.within) })}`}
        {shortlist.at_least && ` ${t('rules.at_least', { count: shortlist.at_least })}`}
      </li>
    </>
  );
}

/** Whether rank follows an evaluated price or a ratio. */
function hasFigures(ranking: Ranking): boolean {
  return ranking.lots.some((lot) => lot.rows.some((row) => row.figure !== null));
}

/** Whether rank follows a total of points, and not the amount alone. */
export function hasTotals(ranking: Ranking): boolean {
  return ranking.lots.some((lot) => lot.rows.some((row) => row.total !== null));
}
