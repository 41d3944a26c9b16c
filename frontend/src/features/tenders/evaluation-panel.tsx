// How sealed offers are compared, for whoever reads the published tender: criteria, weights, what each mark means, thresholds.
import { pick } from '@/domain/lang';
import { useWords } from '@/i18n/use-words';
import { Facts } from '@/ui/facts';
import { Panel } from '@/ui/panel';
import { PlainTable } from '@/ui/plain-table';

import { sealedRulesOf, type DocumentCriterion, type TenderDocument } from './api';
import css from './document-parts.module.css';

export function EvaluationPanel({ document }: { document: TenderDocument }) {
  const { t } = useWords('tenders');
  const { evaluation } = document;
  const sealed = sealedRulesOf(document);
  if (evaluation === undefined || sealed === undefined) return null;
  const { technical, price, shortlist } = evaluation;
  return (
    <Panel title={t('evaluation.title')}>
      <div className="stack">
        <p>{t(`words:custody.${sealed.custody}`)}</p>
        <Facts
          items={[
            ...(technical === null ? [] : [{ term: t('evaluation.technical'), value: `${technical.weight} %` }]),
            { term: t('evaluation.price'), value: `${price.weight} %` },
            ...(technical === null || technical.threshold === null ? [] : [{ term: t('evaluation.threshold'), value: t('evaluation.points', { points: technical.threshold }) }]),
            { term: t('price.shortlist'), value: String(shortlist.count) },
          ]}
        />
        {technical !== null && <Criteria criteria={technical.criteria} />}
      </div>
    </Panel>
  );
}

function Criteria({ criteria }: { criteria: readonly DocumentCriterion[] }) {
  const { t, lang } = useWords('tenders');
  const titleOf = (one: DocumentCriterion) => `${String(one.number)}. ${pick(lang, { zh: one.title_zh, en: one.title_en })}`;
  return (
    <>
      <PlainTable
        caption={t('criteria.title')}
        rows={criteria}
        rowKey={(one) => one.id}
        columns={[
          { key: 'title', title: t('criteria.title'), cell: titleOf },
          { key: 'weight', title: t('criteria.weight'), right: true, cell: (one) => `${one.weight} %` },
          { key: 'least', title: t('criteria.least'), right: true, cell: (one) => (one.threshold === null ? '–' : t('evaluation.points', { points: one.threshold })) },
        ]}
      />
      <details className={css['lines']}>
        <summary>{t('criteria.levels')}</summary>
        <dl className={css['levels']}>
          {criteria.map((one) => (
            <div key={one.id}>
              <dt>{titleOf(one)}</dt>
              {one.levels.map((level, mark) => (
                <dd key={String(mark)}>
                  <b>{mark}</b> {pick(lang, level)}
                </dd>
              ))}
            </div>
          ))}
        </dl>
      </details>
    </>
  );
}
