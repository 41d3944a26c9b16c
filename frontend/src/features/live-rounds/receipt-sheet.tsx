// The signed receipt, to read and to keep as a file.
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';

import { formatInstant, toMs, zoneLabel } from '@/domain/instant';
import { useWords } from '@/i18n/use-words';
import { Button, ButtonAnchor } from '@/ui/button';
import { Facts } from '@/ui/facts';
import { ProblemAlert } from '@/ui/problem-alert';
import { Sheet } from '@/ui/sheet';

import { lotTitle, moneyText, type LotView } from './lot-view';
import type { Receipt } from './messages';
import type { OwnRow } from './own-bids';
import css from './receipt-sheet.module.css';
import { ReportError } from './report-error';
import { fetchReceipt, type RoundInfo } from './room-data';
import { useRoomSource } from './room-source';
import { saveJson } from './save-json';

interface ReceiptSheetProps {
  row: OwnRow;
  lot: LotView;
  info: RoundInfo;
  onClose: () => void;
}

export function ReceiptSheet({ row, lot, info, onClose }: ReceiptSheetProps) {
  const { t } = useWords('live-rounds');
  const source = useRoomSource();
  const fetch = () => {
    const heard = source.receiptOf(row.bidId);
    return heard === null ? fetchReceipt(row.bidId) : Promise.resolve(heard);
  };
  const receipt = useQuery({ queryKey: ['receipt', row.bidId], queryFn: fetch, staleTime: Infinity });
  return (
    <Sheet title={t('receipt.title')} onClose={onClose}>
      <div className={css['sheet']}>
      <p className={css['amount']}>{moneyText(row.amount, info.tender.currency)}</p>
      {row.sent !== undefined && <p>{t('foreign.sent', { sent: row.sent })}</p>}
      <p className="muted">{t('receipt.what')}</p>
      {source.keepsBids && <ReportError bidId={row.bidId} />}
      {receipt.isPending && <p role="status">{t('receipt.loading')}</p>}
      {receipt.isError && <ProblemAlert error={receipt.error} onRetry={() => void receipt.refetch()} />}
      {receipt.data && <Shown receipt={receipt.data} row={row} lot={lot} info={info} />}
      </div>
    </Sheet>
  );
}

function Shown({ receipt, row, lot, info }: { receipt: Receipt; row: OwnRow; lot: LotView; info: RoundInfo }) {
  const { t, lang } = useWords('live-rounds');
  const source = useRoomSource();
  const zone = info.tender.time_zone;
  const at = typeof receipt['received_at'] === 'string' ? toMs(receipt['received_at']) : row.atMs;
  const hashes = [
    ['code', typeof receipt['entry_hash'] === 'string' ? receipt['entry_hash'].slice(0, 12) : null],
    ['number', receipt['bid_id']],
    ['entry_hash', receipt['entry_hash']],
    ['rules', receipt['rules_hash']],
    ['key', receipt['key_id']],
    ['signature', receipt['sig']],
  ] as const;
  const shown: { term: string; value: ReactNode }[] = [
    { term: t('receipt.lot'), value: `${lot.facts.number} · ${lotTitle(lang, lot.facts)}` },
    { term: t('receipt.received'), value: `${formatInstant(at, zone, 'ms')} ${zoneLabel(zone, lang, at)}` },
  ];
  for (const [term, value] of hashes) {
    if (typeof value === 'string' || typeof value === 'number') shown.push({ term: t(`receipt.${term}`), value: <code className={css['hash']}>{value}</code> });
  }
  return (
    <>
      <Facts items={shown} />
      <div className="row">
        <Button look="primary" icon="export" onClick={() => saveJson(`bidroom-receipt-${row.bidId.slice(0, 8)}.json`, receipt)}>
          {t('receipt.download')}
        </Button>
        {source.keepsBids && <ButtonAnchor href={`/api/receipts/${row.bidId}/pdf?lang=${lang}`} download icon="file">
          {t('receipt.pdf')}
        </ButtonAnchor>}
      </div>
    </>
  );
}
