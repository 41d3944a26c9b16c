// The auditor's screens over a file of past tenders (SCREENS.md AU-06): what a house knew before it had a record here. Nothing is stored by looking.

import { useState } from 'react';

import { pick } from '@/domain/lang';
import { useWords } from '@/i18n/use-words';
import { Banner } from '@/ui/banner';
import { ButtonLink } from '@/ui/button';
import { FileDrop } from '@/ui/file-drop';
import { PageHeader } from '@/ui/page-header';
import { Panel } from '@/ui/panel';
import { PlainTable } from '@/ui/plain-table';
import { ProblemAlert } from '@/ui/problem-alert';
import { Empty } from '@/ui/states';

import { BaseRate, percent } from './base-rate';
import { EvidenceStrip } from './evidence-strip';
import { EvidenceTable } from './evidence-table';
import { MethodPanel } from './method-panel';
import { usePast, type PastBoard, type PastLead } from './signal-queries';
import signal from './signals.module.css';

export default function PastPage() {
  const { t } = useWords('signals');
  const screened = usePast();
  const [file, setFile] = useState<File | null>(null);
  const look = (chosen: File | null) => {
    setFile(chosen);
    if (chosen === null) screened.reset();
    else screened.mutate(chosen);
  };
  return (
    <>
      <PageHeader title={t('past.title')} lead={t('past.lead')} />
      <div className="stack">
        <Panel title={t('past.file')}>
          <div className="stack">
            <FileDrop label={t('past.choose')} hint={t('past.hint')} accept=".csv,.xlsx" file={file} disabled={screened.isPending} onFile={look} />
            <ProblemAlert error={screened.error} />
            {screened.isSuccess && <Tally board={screened.data} />}
          </div>
        </Panel>
        {screened.isSuccess && <Found board={screened.data} />}
      </div>
      <p>
        <ButtonLink to="/audit/signals" look="quiet">
          {t('back')}
        </ButtonLink>
      </p>
    </>
  );
}

function Tally({ board }: { board: PastBoard }) {
  const { t } = useWords('signals');
  return (
    <>
      <div role="status">
        <Banner tone={board.bad === 0 ? 'good' : 'warn'}>
          {t('past.tally', { rows: board.rows, lots: board.lots, tenders: board.tenders, idle: board.idle, bad: board.bad })}
        </Banner>
      </div>
      {board.cells.length > 0 && (
        <PlainTable
          caption={t('past.faulty')}
          rows={board.cells}
          rowKey={(cell) => `${cell.cell}-${cell.code}`}
          columns={[
            { key: 'cell', title: t('past.cell'), cell: (cell) => <strong className="mono">{cell.cell}</strong> },
            { key: 'text', title: t('past.typed'), cell: (cell) => cell.text || <span className="muted">{t('common:table.none')}</span> },
            { key: 'code', title: t('past.fault'), cell: (cell) => t(`past.faults.${cell.code}`) },
          ]}
        />
      )}
    </>
  );
}

function Found({ board }: { board: PastBoard }) {
  const { t } = useWords('signals');
  return (
    <>
      <Banner tone="calm">{t('past.means')}</Banner>
      <Panel title={t('fitting', { count: board.fitting })} note={t('past.looked_over', { lots: board.lots, tenders: board.tenders })} flush>
        {board.leads.length === 0 ? (
          <Empty icon="search" title={t('empty')}>
            {t('past.empty_why')}
          </Empty>
        ) : (
          <ul className={signal['past']}>
            {board.leads.map((lead, at) => (
              <li key={`${lead.method}-${String(at)}`}>
                <One lead={lead} board={board} />
              </li>
            ))}
          </ul>
        )}
      </Panel>
      {board.fitting > board.leads.length && <p className="small muted">{t('past.first_only', { count: board.leads.length })}</p>}
      <MethodPanel board={board} />
    </>
  );
}

function One({ lead, board }: { lead: PastLead; board: PastBoard }) {
  const { t, lang } = useWords('signals');
  const method = board.methods.find((one) => one.method === lead.method);
  const innocent = (lang === 'zh' ? method?.innocent_zh : method?.innocent_en) ?? [];
  const [isOpen, setOpen] = useState(false);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <strong>{method && pick(lang, method)}</strong>
        <span>{lead.reference === null ? t('across') : t('past.where', { reference: lead.reference, lot: lead.lot ?? 1 })}</span>
        <span className="num">{lead.figure}</span>
        <span className="muted">{t('past.n', { n: lead.n })}</span>
        <span>
          <BaseRate lead={lead} isFile />
        </span>
      </summary>
      {isOpen && (
        <div className={signal['pastBody']}>
          {method && <p>{pick(lang, { zh: method.about_zh, en: method.about_en })}</p>}
          {lead.chance !== null && (
            <p>
              {t('chance')}: {percent(lead.chance)}
            </p>
          )}
          <h4>{t('detail.innocent')}</h4>
          <ul className={signal['innocent']}>
            {innocent.map((one) => (
              <li key={one}>{one}</li>
            ))}
          </ul>
          <EvidenceStrip columns={lead.columns} rows={lead.rows} />
          <EvidenceTable columns={lead.columns} rows={lead.rows} />
        </div>
      )}
    </details>
  );
}
