// Orders with what has arrived of them; for the purchaser with its acts.

import { useState } from 'react';
import { Link } from 'react-router';

import { useSignedIn } from '@/api/session';
import { pickName } from '@/domain/lang';
import { group } from '@/domain/money';
import { quantityText } from '@/domain/units';
import { useWords } from '@/i18n/use-words';
import { Button } from '@/ui/button';
import { PlainTable, type Column } from '@/ui/plain-table';
import { Tag } from '@/ui/state-tag';

import { DeliverySheet } from './delivery-sheet';
import type { Order } from './queries';

// Who has the page of the contract.
const READERS: ReadonlySet<string> = new Set(['purchaser', 'approver', 'auditor', 'supplier']);

interface OrdersTableProps {
  orders: readonly Order[];
  /** The orders of many suppliers: with their names. */
  named?: boolean;
  mayWrite?: boolean;
}

export function OrdersTable({ orders, named = false, mayWrite = false }: OrdersTableProps) {
  const { t, lang } = useWords('performance');
  const [open, setOpen] = useState<Order | null>(null);
  const columns: Column<Order>[] = [
    {
      key: 'number',
      title: t('order.number'),
      cell: (order) => (
        <>
          <span className="mono">{order.number}</span> {order.state === 'cancelled' && <Tag>{t('order.cancelled')}</Tag>}
        </>
      ),
    },
    ...(named
      ? [{ key: 'supplier', title: t('order.supplier'), cell: (order: Order) => <Link to={`/suppliers/${order.supplier_id}/performance`}>{pickName(lang, order)}</Link> }]
      : []),
    // Without any there is nothing to say about contracts.
    ...(orders.some((order) => order.contract !== null)
      ? [{ key: 'contract', title: t('order.contract'), cell: (order: Order) => <ContractCell order={order} /> }]
      : []),
    { key: 'item', title: t('order.item'), cell: (order) => order.item },
    { key: 'quantity', title: t('order.quantity'), right: true, cell: (order) => quantityText(lang, order.quantity, order.unit) },
    { key: 'due', title: t('order.due'), cell: (order) => <span className="num">{order.promises.map((promise) => promise.on).join(t('common:list_separator'))}</span> },
    { key: 'accepted', title: t('order.accepted'), right: true, cell: (order) => group(order.accepted) },
    { key: 'rejected', title: t('order.rejected'), right: true, cell: (order) => group(order.rejected) },
    { key: 'on_time', title: t('order.on_time'), right: true, cell: (order) => group(order.on_time) },
    ...(mayWrite
      ? [
          {
            key: 'act',
            title: t('order.act'),
            cell: (order: Order) =>
              order.state === 'open' && (
                <Button size="small" onClick={() => setOpen(order)} aria-label={`${t('delivery.record')} ${order.number}`}>
                  {t('delivery.record')}
                </Button>
              ),
          },
        ]
      : []),
  ];
  return (
    <>
      <PlainTable caption={t('order.caption')} rows={orders} rowKey={(order) => order.id} columns={columns} />
      {open && <DeliverySheet order={open} onClose={() => setOpen(null)} />}
    </>
  );
}

function ContractCell({ order }: { order: Order }) {
  const { t } = useWords('performance');
  const me = useSignedIn();
  if (order.contract === null) return <span className="muted">{t('common:table.none')}</span>;
  const reads = me.roles.some((role) => READERS.has(role));
  const text = <span className="mono">{order.contract.reference}</span>;
  return reads ? <Link to={`/tenders/${order.contract.tender_id}/contract`}>{text}</Link> : text;
}
