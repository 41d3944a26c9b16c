// What an approver reads of a contract: with whom, for how much, and every clause that is not the template's; or how it ends.

import { pickName } from '@/domain/lang';
import { useWords } from '@/i18n/use-words';
import { Facts } from '@/ui/facts';
import { Money } from '@/ui/money';
import { Tag } from '@/ui/state-tag';

import css from './approvals.module.css';
import type { Proposal } from './queries';

type Summary = Proposal['summary'];

interface Clause {
  key: string;
  source: string;
  zh: string;
  en: string;
  standard_zh: string | null;
  standard_en: string | null;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function With({ summary, more = [] }: { summary: Summary; more?: readonly { term: string; value: string }[] }) {
  const { t, lang } = useWords('contract');
  const firm = pickName(lang, { name_zh: text(summary['supplier_zh']), name_en: text(summary['supplier_en']) });
  const total = <Money amount={text(summary['total'])} currency={text(summary['currency'])} />;
  return <Facts items={[{ term: t('sides.supplier'), value: firm }, { term: t('total'), value: total }, ...more]} />;
}

export function ContractBrief({ summary }: { summary: Summary }) {
  const { t, find, lang } = useWords('contract');
  const clauses = (Array.isArray(summary['clauses']) ? summary['clauses'] : []) as Clause[];
  return (
    <div className="stack">
      <With summary={summary} />
      <p className="small muted">{t('changed', { count: clauses.length })}</p>
      <ul className="stack">
        {clauses.map((clause) => (
          <li key={clause.key}>
            <strong>{find(`keys.${clause.key}`, clause.key)}</strong> <Tag>{find(`sources.${clause.source}`, clause.source)}</Tag>
            <p>{(lang === 'zh' ? clause.zh : clause.en) || clause.zh || clause.en}</p>
            {clause.standard_zh !== null && (
              <p className="small muted">
                {t('template_says')} <del>{lang === 'zh' ? clause.standard_zh : clause.standard_en}</del>
              </p>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}

export function EndBrief({ summary }: { summary: Summary }) {
  const { t, find } = useWords('contract');
  const ending = text(summary['ending']);
  const day = text(summary['ends_on']);
  return (
    <div className="stack">
      <With summary={summary} more={[{ term: t('end.how'), value: find(`end.${ending}`, ending) }, ...(day === '' ? [] : [{ term: t('end.day'), value: day }])]} />
      <blockquote className={css['note']}>{text(summary['reason'])}</blockquote>
    </div>
  );
}
