// Errors that bidders have reported, for the buyer's side (SCREENS.md LR-27): alias and amount, never who.
import { useWords } from '@/i18n/use-words';
import { Button } from '@/ui/button';
import { Panel } from '@/ui/panel';
import { PlainTable, type Column } from '@/ui/plain-table';
import { ProblemAlert } from '@/ui/problem-alert';
import { Tag } from '@/ui/state-tag';

import { useProposeVoid, useReported, type Reported } from './error-data';
import { moneyText } from './lot-view';

interface ErrorReportsPanelProps {
  roundId: string;
  currency: string;
  /** A purchaser proposes; an approver only looks, and decides in the inbox. */
  mayPropose: boolean;
}

export function ErrorReportsPanel({ roundId, currency, mayPropose }: ErrorReportsPanelProps) {
  const { t } = useWords('room-aids');
  const reported = useReported(roundId);
  const proposing = useProposeVoid(roundId);
  if (reported.data === undefined || reported.data.length === 0) return null;
  const columns: Column<Reported>[] = [
    { key: 'bid', title: t('reported.bid'), cell: (one) => <WhichBid one={one} currency={currency} /> },
    { key: 'slip', title: t('reported.slip'), cell: (one) => t(`slips.${one.slip}`) },
    {
      key: 'state',
      title: t('reported.state'),
      cell: (one) =>
        one.can_propose && mayPropose ? (
          <Button size="small" look="danger" busy={proposing.isPending} onClick={() => proposing.mutate(one.id)}>
            {t('reported.propose')}
          </Button>
        ) : (
          <Tag tone={one.is_voided ? 'off' : 'warn'}>{t(one.is_voided ? 'reported.voided' : one.state === 'proposed' ? 'reported.waits' : 'reported.verified')}</Tag>
        ),
    },
  ];
  return (
    <Panel title={t('reported.title')} flush foot={<p className="muted small">{t('reported.blind')}</p>}>
      <ProblemAlert error={proposing.error} />
      <PlainTable caption={t('reported.title')} columns={columns} rows={reported.data} rowKey={(one) => one.id} />
    </Panel>
  );
}

function WhichBid({ one, currency }: { one: Reported; currency: string }) {
  const { t } = useWords('room-aids');
  const parts = [t('reported.lot', { lot: one.lot })];
  if (one.amount === null) parts.push(t('reported.hidden'));
  else parts.push(one.alias === null ? t('reported.best') : t('reported.alias', { alias: one.alias }), moneyText(one.amount, currency));
  return <span className="num">{parts.join(' · ')}</span>;
}
