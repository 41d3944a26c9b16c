// One review as it was made: score and trend, the aspects, the sample it rests on, the rule, the supplier's reply.

import type { ReactNode } from 'react';

import { useCategoryNames } from '@/api/categories';
import { compare, group, subtract } from '@/domain/money';
import { quantityText } from '@/domain/units';
import { useWords } from '@/i18n/use-words';
import { Banner } from '@/ui/banner';
import { Facts } from '@/ui/facts';
import { Instant } from '@/ui/instant';
import { Panel } from '@/ui/panel';
import { Tag } from '@/ui/state-tag';
import { TableTwin } from '@/ui/table-twin';

import { GradeHead, percentOf } from '../grade';
import css from '../suppliers.module.css';
import type { Review } from './queries';

export function ReviewCard({ review, children }: { review: Review; children?: ReactNode }) {
  const { t, find, lang } = useWords('performance');
  const { nameOf } = useCategoryNames();
  const none = t('common:table.none');
  const { formula, points } = review;
  return (
    <Panel title={`${review.period} · ${nameOf(review.category)}`} actions={<Tags review={review} />}>
      <div className="stack">
        {review.is_held && <Banner tone="warn">{t('review.held')}</Banner>}
        {review.outcome === 'scored' ? (
          <GradeHead grade={review.grade} score={review.score}>
            <span className="stack-tight">
              <Trend review={review} />
              {review.band !== null && <span className="small">{find(`performance:band.${String(review.band)}`, none)}</span>}
            </span>
          </GradeHead>
        ) : (
          <Banner role="note">{t(`outcome.${review.outcome}`, { count: formula.minimum_orders })}</Banner>
        )}
        {review.outcome !== 'no_business' && (
          <Facts
            items={[
              { term: t('aspect.quality', { weight: percentOf(formula.quality) }), value: points.quality ?? none },
              { term: t('aspect.delivery', { weight: percentOf(formula.delivery) }), value: points.delivery ?? none },
              { term: t('aspect.service', { weight: percentOf(formula.service) }), value: points.service ?? none },
              { term: t('sample'), value: t('sample_text', { orders: review.order_count, deliveries: review.delivery_count }) },
            ]}
          />
        )}
        <p className="small muted">{t('rule', { version: formula.version.replace('.', ' ') })}</p>
        {review.orders.length > 0 && (
          <TableTwin
            caption={t('sample')}
            rows={review.orders}
            rowKey={(order) => order.number}
            columns={[
              { key: 'number', title: t('order.number'), cell: (order) => <span className="mono">{order.number}</span> },
              { key: 'item', title: t('order.item'), cell: (order) => order.item },
              { key: 'due', title: t('order.due'), cell: (order) => <span className="num">{order.due_on}</span> },
              { key: 'quantity', title: t('order.quantity'), right: true, cell: (order) => quantityText(lang, order.quantity, order.unit) },
              { key: 'accepted', title: t('order.accepted'), right: true, cell: (order) => group(order.accepted) },
              { key: 'rejected', title: t('order.rejected'), right: true, cell: (order) => group(order.rejected) },
              { key: 'on_time', title: t('order.on_time'), right: true, cell: (order) => group(order.on_time) },
              { key: 'points', title: t('order.points'), right: true, cell: (order) => [order.points.quality ?? none, order.points.delivery ?? none, order.points.service ?? none].join(' / ') },
            ]}
          />
        )}
        {review.reply !== null && (
          <blockquote className={css['quote']}>
            <p>{review.reply}</p>
            <p className="small muted">
              {t('reply.given')} {review.replied_at && <Instant at={review.replied_at} />}
            </p>
          </blockquote>
        )}
        {children}
      </div>
    </Panel>
  );
}

function Tags({ review }: { review: Review }) {
  const { t } = useWords('performance');
  return (
    <span className="row">
      {review.is_final && <Tag>{t('review.final')}</Tag>}
      <Tag tone={review.state === 'closed' ? 'good' : 'warn'}>{t(`state.${review.state}`)}</Tag>
    </span>
  );
}

function Trend({ review }: { review: Review }) {
  const { t } = useWords('performance');
  if (review.score === null || review.score_before === null) return <span className="small muted">{t('trend.first')}</span>;
  const order = compare(review.score, review.score_before);
  const by = order < 0 ? subtract(review.score_before, review.score) : subtract(review.score, review.score_before);
  return <span className="small">{t(order === 0 ? 'trend.same' : order > 0 ? 'trend.up' : 'trend.down', { by, before: review.score_before })}</span>;
}
