// One signed opening record as a table, for the auditor: who released when, what each left out and why, whose reason was not
// so, and what each package gave. The same stands in the bundle as openings/*.csv, held against the record by `verify`.
import type { components } from '@/api/schema';
import { pick } from '@/domain/lang';
import { useWords } from '@/i18n/use-words';
import { Instant } from '@/ui/instant';
import { Panel } from '@/ui/panel';
import { PlainTable, type Column } from '@/ui/plain-table';
import { Tag } from '@/ui/state-tag';

import css from './opening.module.css';
import { useResultText } from './result-text';

type OpeningRecord = components['schemas']['OpeningRecordView'];

interface Omission {
  package: string;
  reason: string;
}

interface RecordMember {
  seat: number;
  title: components['schemas']['Seat'];
  bundle: string;
  received_at: string;
  omitted: readonly Omission[];
  false: readonly string[];
}

interface RecordResult {
  package: string;
  result: string;
  amount: string | null;
  rev: number;
  ct_sha256: string;
}

interface RecordDocument {
  members?: readonly RecordMember[];
  recovery?: string;
  results: readonly RecordResult[];
}

export function OpeningRecordPanel({ record }: { record: OpeningRecord }) {
  const { t, lang } = useWords('opening');
  const document = record.document as unknown as RecordDocument;
  const title = `${t('page.record')}${t('common:colon')}${String(record.number)} · ${pick(lang, { zh: record.title_zh, en: record.title_en })} · ${t(`page.envelope.${record.envelope}`)}`;
  return (
    <Panel title={title} flush>
      {document.members !== undefined && <Members members={document.members} />}
      {document.recovery !== undefined && <p className={css['inset']}>{t('page.recovery')}</p>}
      <Packages results={document.results} />
    </Panel>
  );
}

function Members({ members }: { members: readonly RecordMember[] }) {
  const { t } = useWords('opening');
  const columns: Column<RecordMember>[] = [
    { key: 'seat', title: t('page.seat'), cell: (one) => `${String(one.seat)} · ${t(`words:seats.${one.title}`)}` },
    { key: 'at', title: t('page.released_at'), cell: (one) => <Instant at={one.received_at} as="second" named /> },
    { key: 'omitted', title: t('page.left_out'), cell: (one) => <Omitted member={one} /> },
    { key: 'bundle', title: t('page.bundle'), cell: (one) => <code className={css['hash']}>{one.bundle}</code> },
  ];
  return <PlainTable caption={t('page.members')} columns={columns} rows={members} rowKey={(one) => String(one.seat)} />;
}

function Omitted({ member }: { member: RecordMember }) {
  const { t, find } = useWords('opening');
  if (member.omitted.length === 0) return t('page.nothing_left_out');
  return (
    <ul className={css['omitted']}>
      {member.omitted.map((each) => (
        <li key={each.package}>
          <code title={each.package}>{each.package.slice(0, 12)}…</code> {find(`page.reason.${each.reason}`, each.reason)}{' '}
          {member.false.includes(each.package) && <Tag tone="bad">{t('page.not_so')}</Tag>}
        </li>
      ))}
    </ul>
  );
}

function Packages({ results }: { results: readonly RecordResult[] }) {
  const { t } = useWords('opening');
  const textOf = useResultText();
  const columns: Column<RecordResult>[] = [
    { key: 'package', title: t('page.package'), cell: (one) => <code className={css['hash']}>{one.package}</code> },
    { key: 'result', title: t('page.results'), cell: (one) => <Tag tone={one.result === 'opened' ? 'good' : one.result === 'returned_unopened' ? 'off' : 'warn'}>{textOf(one.result)}</Tag> },
    { key: 'amount', title: t('page.amount'), right: true, cell: (one) => one.amount ?? '–' },
    { key: 'ct', title: t('page.ciphertext'), cell: (one) => <code className={css['hash']}>{one.ct_sha256}</code> },
  ];
  return <PlainTable caption={t('page.packages')} columns={columns} rows={results} rowKey={(one) => one.package} />;
}
