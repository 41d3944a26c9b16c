// SP-11: the supplier's own performance: score and what it rests on, a reply to each review, its orders.

import { useState } from 'react';

import { useWords } from '@/i18n/use-words';
import { Button } from '@/ui/button';
import { AreaField } from '@/ui/field';
import { PageHeader } from '@/ui/page-header';
import { Panel } from '@/ui/panel';
import { ProblemAlert } from '@/ui/problem-alert';
import { QueryView } from '@/ui/query-view';
import { Empty } from '@/ui/states';

import { OrdersTable } from './orders-table';
import { useOwnPerformance, useReply, type OwnPerformance, type Review } from './queries';
import { ReviewAppeal } from './review-appeal';
import { ReviewCard } from './review-card';

// suppliers/reviewing.py, SHORTEST_REPLY.
const SHORTEST_REPLY = 5;

export default function OwnPerformancePage() {
  const own = useOwnPerformance();
  return <QueryView query={own}>{(loaded) => <Loaded own={loaded} />}</QueryView>;
}

function Loaded({ own }: { own: OwnPerformance }) {
  const { t } = useWords('performance');
  return (
    <>
      <PageHeader title={t('own.title')} lead={t('own.lead')} />
      <div className="stack">
        {own.reviews.length === 0 && (
          <Panel>
            <Empty title={t('own.empty')}>{t('own.empty_why')}</Empty>
          </Panel>
        )}
        {own.reviews.map((review) => (
          <ReviewCard key={review.id} review={review}>
            {review.is_proposed && <p className="small">{t('own.effect')}</p>}
            {review.state === 'open' && review.reply === null && <Reply review={review} />}
            {review.state === 'closed' && <ReviewAppeal review={review} />}
          </ReviewCard>
        ))}
        <Panel title={t('own.orders')} flush>
          {own.orders.length === 0 ? <Empty title={t('orders.none')} /> : <OrdersTable orders={own.orders} />}
        </Panel>
      </div>
    </>
  );
}

function Reply({ review }: { review: Review }) {
  const { t } = useWords('performance');
  const reply = useReply(review.id);
  const [text, setText] = useState('');
  return (
    <div className="stack">
      <ProblemAlert error={reply.error} />
      <AreaField label={t('reply.label')} hint={t('reply.hint', { day: review.reply_until })} value={text} maxLength={2000} onChange={(event) => setText(event.target.value)} />
      <div>
        <Button look="primary" disabled={text.trim().length < SHORTEST_REPLY} busy={reply.isPending} onClick={() => reply.mutate(text.trim())}>
          {t('reply.send')}
        </Button>
      </div>
    </div>
  );
}
