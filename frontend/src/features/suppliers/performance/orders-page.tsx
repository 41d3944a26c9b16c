// All purchase orders and what has arrived of them (RQ-04, PL-13).

import { useState } from 'react';
import { useSearchParams } from 'react-router';

import { useSignedIn } from '@/api/session';
import { useWords } from '@/i18n/use-words';
import { Button, ButtonLink } from '@/ui/button';
import { PageHeader } from '@/ui/page-header';
import { Panel } from '@/ui/panel';
import { Empty, Failed, Loading } from '@/ui/states';

import { OrderSheet } from './order-sheet';
import { OrdersTable } from './orders-table';
import { useOrders } from './queries';

export default function OrdersPage() {
  const { t } = useWords('performance');
  const mayWrite = useSignedIn().roles.includes('purchaser');
  const [isEntering, setEntering] = useState(false);
  const [query] = useSearchParams();
  const contract = query.get('contract') ?? '';
  const orders = useOrders(contract);
  const rows = orders.data?.pages.flatMap((page) => page.orders);
  return (
    <>
      <PageHeader
        title={t('orders.title')}
        lead={t('orders.lead')}
        actions={
          mayWrite && (
            <>
              <ButtonLink to="/orders/import" icon="upload">
                {t('import.title')}
              </ButtonLink>
              <Button look="primary" icon="plus" onClick={() => setEntering(true)}>
                {t('order.enter')}
              </Button>
            </>
          )
        }
      />
      <div className="stack">
        {contract !== '' && (
          <div className="spread">
            <span>{t('orders.filter', { contract })}</span>
            <ButtonLink to="/orders" size="small">
              {t('orders.filter_all')}
            </ButtonLink>
          </div>
        )}
        <Panel flush>
          {rows === undefined ? (
            orders.isError ? <Failed error={orders.error} onRetry={() => void orders.refetch()} /> : <Loading lines={6} />
          ) : rows.length === 0 ? (
            <Empty title={t(contract === '' ? 'orders.empty' : 'orders.none_of')}>{contract === '' && t('orders.empty_why')}</Empty>
          ) : (
            <OrdersTable orders={rows} named mayWrite={mayWrite} />
          )}
        </Panel>
        {orders.hasNextPage && (
          <Button busy={orders.isFetchingNextPage} onClick={() => void orders.fetchNextPage()}>
            {t('orders.more')}
          </Button>
        )}
      </div>
      {isEntering && <OrderSheet onClose={() => setEntering(false)} />}
    </>
  );
}
