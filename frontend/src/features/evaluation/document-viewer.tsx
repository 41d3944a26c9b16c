// EV-03: one file as it was drawn anew, beside the criteria; page by page, with the viewer's name across it.

import { useState } from 'react';

import { useMe } from '@/api/session';
import { useWords } from '@/i18n/use-words';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { TextField } from '@/ui/field';
import { ProblemAlert } from '@/ui/problem-alert';
import { QueryView } from '@/ui/query-view';
import { Sheet } from '@/ui/sheet';
import { Watermark } from '@/ui/watermark';

import css from './documents.module.css';
import { pageAddress, useReportLeak, useTable, type OfferDocument } from './documents-queries';
import { ValueTable } from './value-table';

const ZOOMS = [100, 150, 200, 300] as const;

interface DocumentViewerProps {
  document: OfferDocument;
  canReport: boolean;
  onClose: () => void;
}

export function DocumentViewer({ document, canReport, onClose }: DocumentViewerProps) {
  const { t } = useWords('documents');
  const me = useMe();
  const [page, setPage] = useState(1);
  const [isAsking, setAsking] = useState(false);
  const isTable = document.kind === 'table';
  const pages = document.pages.length;
  return (
    <aside className={css['viewer']} aria-label={document.name}>
      <header className={css['viewerHead']}>
        <h2>{document.name}</h2>
        <Button size="small" look="quiet" icon="close" aria-label={t('close')} onClick={onClose} />
      </header>
      <div className={css['stage']}>
        {isTable ? <SheetPart key={page} id={document.id} page={page} /> : <PagePart key={page} document={document} page={page} pages={pages} />}
        <Watermark text={me?.name ?? ''} />
      </div>
      <footer className={css['viewerFoot']}>
        {pages > 1 && (
          <div className="row">
            <Button size="small" icon="back" aria-label={t('before')} disabled={page === 1} onClick={() => setPage(page - 1)} />
            <span className="num">{t(isTable ? 'sheet' : 'page', { page, pages })}</span>
            <Button size="small" icon="next" aria-label={t('next')} disabled={page === pages} onClick={() => setPage(page + 1)} />
          </div>
        )}
        {canReport && (
          <Button size="small" icon="warn" onClick={() => setAsking(true)}>
            {t('report')}
          </Button>
        )}
        <p className="small muted">{t(isTable ? 'values_only' : 'no_text')}</p>
      </footer>
      {isAsking && <ReportSheet document={document} onClose={() => setAsking(false)} onDone={onClose} />}
    </aside>
  );
}

function PagePart({ document, page, pages }: { document: OfferDocument; page: number; pages: number }) {
  const { t } = useWords('documents');
  const [zoom, setZoom] = useState(0);
  const [isLost, setLost] = useState(false);
  if (isLost) return <Banner tone="warn" role="alert">{t('failed')}</Banner>;
  const size = document.pages[page - 1];
  return (
    <>
      <div className={css['zoom']}>
        <Button size="small" aria-label={t('smaller')} disabled={zoom === 0} onClick={() => setZoom(zoom - 1)}>
          −
        </Button>
        <Button size="small" icon="plus" aria-label={t('larger')} disabled={zoom === ZOOMS.length - 1} onClick={() => setZoom(zoom + 1)} />
      </div>
      <div className={css['paper']} tabIndex={0} role="group" aria-label={t('page', { page, pages })}>
        <img
          src={pageAddress(document.id, page)}
          alt={`${document.name}, ${t('page', { page, pages })}`}
          width={size?.width}
          height={size?.height}
          data-zoom={ZOOMS[zoom]}
          draggable={false}
          onError={() => setLost(true)}
        />
      </div>
    </>
  );
}

function SheetPart({ id, page }: { id: string; page: number }) {
  const { t } = useWords('documents');
  const query = useTable(id, page);
  const [sought, setSought] = useState('');
  return (
    <QueryView query={query}>
      {({ rows }) => {
        const needle = sought.trim().toLowerCase();
        const isFound = (cell: string) => needle !== '' && cell.toLowerCase().includes(needle);
        const count = rows.reduce((sum, row) => sum + row.filter(isFound).length, 0);
        return (
          <div className={css['paper']}>
            <TextField label={t('find')} value={sought} onChange={(event) => setSought(event.target.value)} hint={needle === '' ? undefined : t('found', { count })} />
            <ValueTable rows={rows} isMarked={(cell) => isFound(cell)} />
          </div>
        );
      }}
    </QueryView>
  );
}

function ReportSheet({ document, onClose, onDone }: { document: OfferDocument; onClose: () => void; onDone: () => void }) {
  const { t } = useWords('documents');
  const report = useReportLeak();
  return (
    <Sheet
      title={t('report_title')}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>{t('common:actions.cancel')}</Button>
          <Button look="danger" busy={report.isPending} onClick={() => report.mutate(document.id, { onSuccess: onDone })}>
            {t('report_confirm')}
          </Button>
        </>
      }
    >
      <ProblemAlert error={report.error} />
      <p>{t('report_why')}</p>
    </Sheet>
  );
}
