// Readings of the identity vault (VISIBILITY.md, mode 2): an auditor asks, a second person approves exactly that, and the
// auditor reads it within half an hour. Every reading is an entry.

import { useState } from 'react';
import { useSearchParams } from 'react-router';

import { pick } from '@/domain/lang';
import { useWords } from '@/i18n/use-words';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { SelectField } from '@/ui/field';
import { Ago, Instant } from '@/ui/instant';
import { PageHeader } from '@/ui/page-header';
import { Panel } from '@/ui/panel';
import { PlainTable } from '@/ui/plain-table';
import { ProblemAlert } from '@/ui/problem-alert';
import { QueryView } from '@/ui/query-view';
import { StateTag } from '@/ui/state-tag';
import { Empty } from '@/ui/states';

import css from './audit.module.css';
import { tenderLabel } from './entry-names';
import { Investigation } from './investigation';
import { useFilters } from './queries';
import { ReadingForm } from './reading-form';
import { useOpenReading, useReadings, type Asked, type Read } from './reading-queries';
import { ReadingResult } from './reading-result';

export default function ReadingsPage() {
  const { t, lang } = useWords('audit');
  const [params, setParams] = useSearchParams();
  const tender = params.get('tender') ?? '';
  const filters = useFilters(null);
  const known = (filters.data?.tenders ?? []).map((one) => ({ value: one.id, label: tenderLabel(one, lang) }));
  return (
    <>
      <PageHeader title={t('readings.title')} lead={t('readings.lead')} />
      <div className="stack">
        <Panel>
          <SelectField
            label={t('words:tender')}
            value={tender}
            onChange={(event) => setParams(event.target.value ? { tender: event.target.value } : {}, { replace: true })}
            options={[{ value: '', label: t('readings.choose') }, ...known]}
          />
        </Panel>
        {tender && <OfTender key={tender} tender={tender} />}
      </div>
    </>
  );
}

function OfTender({ tender }: { tender: string }) {
  const { t } = useWords('audit');
  const readings = useReadings(tender);
  const open = useOpenReading();
  const [read, setRead] = useState<Read | null>(null);
  return (
    <QueryView query={readings}>
      {(page) => (
        <div className={css['split']}>
          <div className="stack">
            <ProblemAlert error={open.error} />
            {page.is_anonymity_nominal && <Banner tone="warn" title={t('readings.nominal')} />}
            {read && <ReadingResult read={read} onClose={() => setRead(null)} />}
            <Panel title={t('readings.list')} flush>
              {page.asked.length === 0 ? (
                <Empty icon="lock" title={t('readings.empty')} />
              ) : (
                <AskedList asked={page.asked} busy={open.isPending} onOpen={(one) => open.mutate(one, { onSuccess: setRead })} />
              )}
            </Panel>
            <ReadingForm tender={tender} readings={page} />
          </div>
          <Investigation tender={tender} state={page.investigation} onRead={setRead} />
        </div>
      )}
    </QueryView>
  );
}

function AskedList({ asked, busy, onOpen }: { asked: readonly Asked[]; busy: boolean; onOpen: (one: Asked) => void }) {
  const { t, lang } = useWords('audit');
  return (
    <PlainTable
      caption={t('readings.list')}
      rows={asked}
      rowKey={(one) => one.id}
      columns={[
        { key: 'what', title: t('readings.what'), cell: (one) => <strong>{t(`words:readings.${one.reading}`)}</strong> },
        { key: 'of', title: t('readings.of'), cell: (one) => pick(lang, { zh: one.subject_zh, en: one.subject_en }) || t('readings.whole') },
        { key: 'reason', title: t('readings.reason'), cell: (one) => one.reason },
        { key: 'asked', title: t('readings.asked_at'), cell: (one) => <Ago at={one.asked_at} /> },
        { key: 'state', title: t('readings.state'), cell: (one) => <StateTag kind="proposal" state={one.state} /> },
        {
          key: 'read',
          title: t('readings.until'),
          cell: (one) =>
            one.can_read ? (
              <Button size="small" look="primary" busy={busy} onClick={() => onOpen(one)}>
                {t('readings.read')}
              </Button>
            ) : (
              one.readable_until && <Instant at={one.readable_until} as="second" />
            ),
        },
      ]}
    />
  );
}
