// The briefs of a publication and of an amendment: what matters at a glance, warnings as sentences, changes as differences.

import { useCategoryNames } from '@/api/categories';
import { pick } from '@/domain/lang';
import { useWords } from '@/i18n/use-words';
import { Banner } from '@/ui/banner';
import { Difference } from '@/ui/difference';
import { Facts } from '@/ui/facts';
import { Instant } from '@/ui/instant';
import { PlainTable } from '@/ui/plain-table';
import { useFieldWords } from '@/ui/use-field-words';

import css from './approvals.module.css';
import type { Proposal } from './queries';

type Summary = Proposal['summary'];

function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

export function PublishBrief({ summary }: { summary: Summary }) {
  const { t } = useWords('approvals');
  const { nameOf } = useCategoryNames();
  const zone = text(summary['time_zone']) || undefined;
  return (
    <div className="stack">
      <Facts
        items={[
          { term: t('words:category'), value: nameOf(text(summary['category'])) },
          { term: t('words:lots'), value: text(summary['lots']) },
          { term: t('publish.invited'), value: t('publish.invited_value', { count: Number(text(summary['by_rule']) || 0) }) },
          { term: t('publish.response_due'), value: <Instant at={text(summary['response_due'])} named {...(zone && { zone })} /> },
          { term: t('publish.opens_at'), value: <Instant at={text(summary['opens_at'])} named {...(zone && { zone })} /> },
        ]}
      />
      <Warnings warnings={summary['warnings']} />
    </div>
  );
}

export function Warnings({ warnings }: { warnings: unknown }) {
  const { t, find } = useWords('approvals');
  const list = Array.isArray(warnings) ? (warnings as { code: string; field: string }[]) : [];
  if (list.length === 0) return null;
  return (
    <Banner tone="warn" title={t('warnings.title')}>
      <ul className={css['warnings']}>
        {list.map((warning) => (
          <li key={`${warning.code}-${warning.field}`}>{find(`warnings.${warning.code}`, warning.code)}</li>
        ))}
      </ul>
    </Banner>
  );
}

interface Changed {
  path: string;
  before: string;
  after: string;
}

export function AmendBrief({ summary }: { summary: Summary }) {
  const { t, lang } = useWords('approvals');
  const { nameOf } = useFieldWords();
  const changes = Array.isArray(summary['changes']) ? (summary['changes'] as Changed[]) : [];
  return (
    <div className="stack">
      <div className="stack-tight">
        <h3>{t('amend.told')}</h3>
        <blockquote className={css['note']}>{pick(lang, { zh: text(summary['summary_zh']), en: text(summary['summary_en']) })}</blockquote>
      </div>
      <PlainTable
        caption={t('amend.change')}
        rows={changes}
        rowKey={(change) => change.path}
        columns={[
          { key: 'path', title: t('amend.path'), cell: (change) => pathName(change.path, nameOf) },
          {
            key: 'change',
            title: t('amend.change'),
            cell: (change) => <Difference was={<Shown value={change.before} />} is={<Shown value={change.after} />} />,
          },
        ]}
      />
    </div>
  );
}

function Shown({ value }: { value: string }) {
  return /^\d{4}-\d\d-\d\dT.*Z$/.test(value) ? <Instant at={value} as="second" /> : <>{value || '∅'}</>;
}

/** "lots.0.title_zh" as "Lots 1 · Title (Chinese)". */
function pathName(path: string, nameOf: (key: string) => string | null): string {
  return path
    .split('.')
    .map((step) => (/^\d+$/.test(step) ? String(Number(step) + 1) : (nameOf(step) ?? step)))
    .join(' · ');
}
