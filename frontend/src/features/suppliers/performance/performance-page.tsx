// PL-13: a supplier's reviews: made of a period's orders, closed after its reply, carried into a certification by two people.

import { useState } from 'react';
import { useParams } from 'react-router';

import { useCategoryNames } from '@/api/categories';
import { useSignedIn } from '@/api/session';
import { pickName } from '@/domain/lang';
import { serverClock } from '@/domain/server-clock';
import { useWords } from '@/i18n/use-words';
import { Button } from '@/ui/button';
import { SelectField } from '@/ui/field';
import { PageHeader } from '@/ui/page-header';
import { Panel } from '@/ui/panel';
import { ProblemAlert } from '@/ui/problem-alert';
import { QueryView } from '@/ui/query-view';
import { Empty } from '@/ui/states';

import { OrdersTable } from './orders-table';
import { pastPeriods } from './periods';
import { useCloseReview, useMakeReview, usePerformance, useProposeEffect, type Performance, type Review } from './queries';
import { ReviewCard } from './review-card';

export default function PerformancePage() {
  const { supplierId = '' } = useParams();
  const performance = usePerformance(supplierId);
  return <QueryView query={performance}>{(loaded) => <Loaded performance={loaded} />}</QueryView>;
}

function Loaded({ performance }: { performance: Performance }) {
  const { t, lang } = useWords('performance');
  const me = useSignedIn();
  const mayWrite = me.roles.includes('purchaser');
  const back = { to: `/suppliers/${performance.supplier_id}`, label: pickName(lang, performance) };
  return (
    <>
      <PageHeader back={back} title={t('review.title')} lead={pickName(lang, performance)} />
      <div className="stack">
        {mayWrite && <MakeReview performance={performance} />}
        {performance.reviews.length === 0 && (
          <Panel>
            <Empty title={t('review.empty')}>{t('review.empty_why')}</Empty>
          </Panel>
        )}
        {performance.reviews.map((review) => (
          <ReviewCard key={review.id} review={review}>
            {mayWrite && review.state === 'open' && <CloseReview review={review} />}
            {mayWrite && <Effect review={review} performance={performance} />}
          </ReviewCard>
        ))}
        <Panel title={t('orders.title')} flush>
          {performance.orders.length === 0 ? <Empty title={t('orders.none')} /> : <OrdersTable orders={performance.orders} mayWrite={mayWrite} />}
        </Panel>
      </div>
    </>
  );
}

function MakeReview({ performance }: { performance: Performance }) {
  const { t } = useWords('performance');
  const { nameOf } = useCategoryNames();
  const make = useMakeReview(performance.supplier_id);
  const categories = [...new Set(performance.orders.map((order) => order.category))];
  const [category, setCategory] = useState(categories[0] ?? '');
  // What is closed stays as it is.
  const closed = performance.reviews.filter((one) => one.state === 'closed' && one.category === category).map((one) => one.period);
  const periods = pastPeriods(new Date(serverClock.now())).filter((code) => !closed.includes(code));
  const [chosen, setChosen] = useState('');
  const period = periods.includes(chosen) ? chosen : (periods[0] ?? '');
  if (categories.length === 0 || periods.length === 0) return null;
  return (
    <Panel title={t('review.make')} note={t('review.make_note')}>
      <div className="stack">
        <ProblemAlert error={make.error} />
        <SelectField label={t('order.category')} value={category} options={categories.map((code) => ({ value: code, label: nameOf(code) }))} onChange={(event) => setCategory(event.target.value)} />
        <SelectField label={t('review.period')} value={period} options={periods.map((code) => ({ value: code, label: code }))} onChange={(event) => setChosen(event.target.value)} />
        <div>
          <Button look="primary" busy={make.isPending} onClick={() => make.mutate({ category, period })}>
            {t('review.make')}
          </Button>
        </div>
      </div>
    </Panel>
  );
}

function CloseReview({ review }: { review: Review }) {
  const { t } = useWords('performance');
  const close = useCloseReview(review.id);
  return (
    <div className="stack">
      <ProblemAlert error={close.error} />
      <div className="spread">
        <span className="small muted">{review.reply === null ? t('review.waits', { day: review.reply_until }) : t('review.replied')}</span>
        <Button busy={close.isPending} onClick={() => close.mutate(undefined)}>
          {t('review.close')}
        </Button>
      </div>
    </div>
  );
}

function Effect({ review, performance }: { review: Review; performance: Performance }) {
  const { t } = useWords('performance');
  const propose = useProposeEffect(review.id);
  const after = performance.marks_after[review.id];
  if (review.is_proposed) return <p className="small">{t('effect.proposed')}</p>;
  if (after === undefined) return null;
  return (
    <div className="stack">
      <ProblemAlert error={propose.error} />
      <div className="spread">
        <span className="small">{t('effect.marks', { ...after })}</span>
        <Button look="primary" icon="approval" busy={propose.isPending} onClick={() => propose.mutate(undefined)}>
          {t('effect.propose')}
        </Button>
      </div>
    </div>
  );
}
