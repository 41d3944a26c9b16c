// How sealed offers are compared, for whoever reads the published tender: the tree of criteria, weights, what each mark means,
// thresholds; for the buyer's side also the hash of these rules and what is worth how much.
import type { ReactNode } from 'react';

import { pick } from '@/domain/lang';
import { useWords } from '@/i18n/use-words';
import { CopyButton } from '@/ui/copy-button';
import { Facts } from '@/ui/facts';
import { Panel } from '@/ui/panel';
import { PlainTable } from '@/ui/plain-table';

import { sealedRulesOf, useComparison, type DocumentCriterion, type DocumentEvaluation, type DocumentGroup, type TenderDocument } from './api';
import css from './document-parts.module.css';
import page from './tender.module.css';
import { hasTotal } from './formula-edit';
import { childrenOf } from './tree-edit';

export function EvaluationPanel({ document, children }: { document: TenderDocument; children?: ReactNode }) {
  const { t } = useWords('tenders');
  const { evaluation } = document;
  const sealed = sealedRulesOf(document);
  if (evaluation === undefined || sealed === undefined) return null;
  const { technical, price, shortlist } = evaluation;
  const isWeighted = hasTotal(price.formula.code);
  return (
    <Panel title={t('evaluation.title')}>
      <div className="stack">
        <p>{t(`words:custody.${sealed.custody}`)}</p>
        <Facts
          items={[
            ...(technical === null || !isWeighted ? [] : [{ term: t('evaluation.technical'), value: `${technical.weight} %` }]),
            ...(isWeighted ? [{ term: t('evaluation.price'), value: `${price.weight} %` }] : []),
            ...(technical === null || technical.threshold === null ? [] : [{ term: t('evaluation.threshold'), value: t('evaluation.points', { points: technical.threshold }) }]),
            { term: t('price.shortlist'), value: String(shortlist.count) },
          ]}
        />
        {technical !== null && <Criteria technical={technical} />}
        {children}
      </div>
    </Panel>
  );
}

/** The hash of the frozen rules: the same in every version of the document, since no amendment may touch them. */
export function RulesHash({ tenderId }: { tenderId: string }) {
  const { t } = useWords('tenders');
  const { data } = useComparison(tenderId);
  if (!data?.digest) return null;
  return (
    <div>
      <p className="small muted">{t('evaluation.hash_why')}</p>
      <code className={page['hash']}>{data.digest}</code>
      <CopyButton text={data.digest} />
    </div>
  );
}

type Row = (DocumentCriterion | DocumentGroup) & { depth: number };

/** Groups with what stands in them, in reading order. */
function rowsOf(groups: readonly DocumentGroup[], criteria: readonly DocumentCriterion[], parent = '', depth = 0): Row[] {
  return [
    ...childrenOf(groups, parent).flatMap(({ item }) => [{ ...item, depth }, ...rowsOf(groups, criteria, item.id, depth + 1)]),
    ...childrenOf(criteria, parent).map(({ item }) => ({ ...item, depth })),
  ];
}

function Criteria({ technical }: { technical: NonNullable<DocumentEvaluation['technical']> }) {
  const { t, lang } = useWords('tenders');
  const { criteria, groups = [] } = technical;
  const titleOf = (one: DocumentCriterion | DocumentGroup) => `${'number' in one ? `${String(one.number)}. ` : ''}${pick(lang, { zh: one.title_zh, en: one.title_en })}`;
  return (
    <>
      <PlainTable
        caption={t('criteria.title')}
        rows={rowsOf(groups, criteria)}
        rowKey={(one) => one.id}
        columns={[
          { key: 'title', title: t('criteria.title'), cell: (one) => <span style={{ paddingLeft: `${String(one.depth * 20)}px` }}>{'number' in one ? titleOf(one) : <b>{titleOf(one)}</b>}</span> },
          { key: 'weight', title: t(groups.length > 0 ? 'criteria.weight_in' : 'criteria.weight'), right: true, cell: (one) => `${one.weight} %` },
          { key: 'least', title: t('criteria.least'), right: true, cell: (one) => (one.threshold ? t('evaluation.points', { points: one.threshold }) : '–') },
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
