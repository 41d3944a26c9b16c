// The briefs of a publication and of an amendment: what matters at a glance, warnings as sentences, changes as differences.

import { useCategoryNames } from '@/api/categories';
import { pick } from '@/domain/lang';
import { useWords } from '@/i18n/use-words';
import { Banner } from '@/ui/banner';
import { Facts } from '@/ui/facts';
import { Instant } from '@/ui/instant';

import css from './approvals.module.css';
import { ChangesTable, type Changed } from './changes-table';
import type { Proposal } from './queries';
import { DraftReserve } from './reserve-brief';

type Summary = Proposal['summary'];

function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

export function PublishBrief({ proposal }: { proposal: Proposal }) {
  const { summary } = proposal;
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
      <DraftReserve proposal={proposal} />
      <Warnings warnings={summary['warnings']} />
    </div>
  );
}

export function Warnings({ warnings }: { warnings: unknown }) {
  const { t, find } = useWords('approvals');
  const list = Array.isArray(warnings) ? (warnings as { code: string; field: string; detail?: Record<string, string> }[]) : [];
  if (list.length === 0) return null;
  return (
    <Banner tone="warn" title={t('warnings.title')}>
      <ul className={css['warnings']}>
        {list.map((warning) => (
          <li key={`${warning.code}-${warning.field}`}>{find(`warnings.${warning.code}`, warning.code, { ...warning.detail })}</li>
        ))}
      </ul>
    </Banner>
  );
}

export function AmendBrief({ summary }: { summary: Summary }) {
  const { t, lang } = useWords('approvals');
  const changes = Array.isArray(summary['changes']) ? (summary['changes'] as Changed[]) : [];
  return (
    <div className="stack">
      <div className="stack-tight">
        <h3>{t('amend.told')}</h3>
        <blockquote className={css['note']}>{pick(lang, { zh: text(summary['summary_zh']), en: text(summary['summary_en']) })}</blockquote>
      </div>
      <ChangesTable changes={changes} />
    </div>
  );
}
