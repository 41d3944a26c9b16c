// The opening records of a sealed round: what was opened when, how many of each finding, and the manifest of the close. No package is anyone's here.

import { useQuery } from '@tanstack/react-query';
import { useParams } from 'react-router';

import { api, unwrap } from '@/api/client';
import type { components } from '@/api/schema';
import { pick } from '@/domain/lang';
import { useWords } from '@/i18n/use-words';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { CustodyLabel } from '@/ui/custody-label';
import { Instant } from '@/ui/instant';
import { PageHeader } from '@/ui/page-header';
import { Panel } from '@/ui/panel';
import { PlainTable, type Column } from '@/ui/plain-table';
import { QueryView } from '@/ui/query-view';
import { Tag } from '@/ui/state-tag';
import { Empty } from '@/ui/states';

import css from './opening.module.css';
import { OpeningRecordPanel } from './opening-record';
import { useResultText } from './result-text';

type Opening = components['schemas']['OpeningView'];
type OpeningRecord = components['schemas']['OpeningRecordView'];

export default function OpeningPage() {
  const { t } = useWords('opening');
  const { tenderId = '' } = useParams();
  const query = useQuery({
    queryKey: ['opening', tenderId],
    queryFn: () => unwrap(api.GET('/api/tenders/{tender_id}/opening', { params: { path: { tender_id: tenderId } } })),
    refetchInterval: 10_000,
  });
  return (
    <>
      <PageHeader title={t('page.title')} lead={t('page.lead')} back={{ to: `/tenders/${tenderId}`, label: t('page.back') }} />
      <QueryView query={query}>{(opening) => <Parts opening={opening} />}</QueryView>
    </>
  );
}

function Parts({ opening }: { opening: Opening }) {
  const { t } = useWords('opening');
  return (
    <div className="stack">
      <CustodyLabel custody={opening.custody} />
      {opening.state === 'refused' && (
        <Banner tone="bad" title={t('round.refused')}>
          {t('round.refused_why')}
        </Banner>
      )}
      {opening.copies_until !== null && (
        <Banner tone="bad" title={t('round.copies')}>
          {t('round.copies_why')} <Instant at={opening.copies_until} named />
        </Banner>
      )}
      <Panel title={t('page.records')} flush>
        {opening.records.length === 0 ? (
          <Empty icon="seal" title={t('page.none')}>
            {t('page.none_why')}
          </Empty>
        ) : (
          <Records records={opening.records} />
        )}
      </Panel>
      {opening.records.map((one) => one.document !== null && <OpeningRecordPanel key={`${one.lot_id}-${one.envelope}`} record={one} />)}
      {opening.manifest !== null && <Manifest opening={opening} digests={opening.manifest} />}
    </div>
  );
}

function Records({ records }: { records: readonly OpeningRecord[] }) {
  const { t, lang } = useWords('opening');
  const columns: Column<OpeningRecord>[] = [
    { key: 'lot', title: t('words:lot'), cell: (one) => `${String(one.number)} · ${pick(lang, { zh: one.title_zh, en: one.title_en })}` },
    { key: 'envelope', title: t('page.part'), cell: (one) => t(`page.envelope.${one.envelope}`) },
    { key: 'at', title: t('page.at'), cell: (one) => <Instant at={one.opened_at} as="second" named /> },
    { key: 'count', title: t('round.packages'), right: true, cell: (one) => one.count },
    { key: 'results', title: t('page.results'), cell: (one) => <Results record={one} /> },
    { key: 'digest', title: t('page.digest'), cell: (one) => <code className={css['hash']}>{one.digest}</code> },
    ...(records.some((one) => one.document !== null)
      ? [{ key: 'document', title: t('page.document'), cell: (one: OpeningRecord) => <Document record={one} /> }]
      : []),
  ];
  return <PlainTable caption={t('page.records')} columns={columns} rows={records} rowKey={(one) => `${one.lot_id}-${one.envelope}`} />;
}

function Results({ record }: { record: OpeningRecord }) {
  const textOf = useResultText();
  return (
    <ul className={css['results']}>
      {record.results.map(({ result, count }) => (
        <li key={result}>
          <Tag tone={result === 'opened' ? 'good' : result === 'returned_unopened' ? 'off' : 'warn'}>{textOf(result)}</Tag> <span className="num">{count}</span>
        </li>
      ))}
    </ul>
  );
}

/** The signed record with the opening secrets: for the auditor, who repeats the opening from it. */
function Document({ record }: { record: OpeningRecord }) {
  const { t } = useWords('opening');
  const { document: signed } = record;
  if (signed === null) return null;
  const save = () => {
    const url = URL.createObjectURL(new Blob([JSON.stringify(signed)], { type: 'application/json' }));
    const link = document.createElement('a');
    link.href = url;
    link.download = `opening-lot-${String(record.number)}-${record.envelope}.json`;
    link.click();
    // After the click has been taken, or some browsers save an empty file.
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  };
  return (
    <Button size="small" icon="export" onClick={save}>
      {t('common:actions.download')}
    </Button>
  );
}

function Manifest({ opening, digests }: { opening: Opening; digests: readonly string[] }) {
  const { t } = useWords('opening');
  return (
    <Panel title={t('page.manifest')} note={<Instant at={opening.closes_at} named />}>
      <div className="stack-tight">
        <p>{t('page.manifest_why')}</p>
        <ol className={css['manifest']}>
          {digests.map((digest) => (
            <li key={digest}>
              <code className={css['hash']}>{digest}</code>
            </li>
          ))}
        </ol>
        {digests.length === 0 && <p className="muted">{t('page.manifest_empty')}</p>}
      </div>
    </Panel>
  );
}
