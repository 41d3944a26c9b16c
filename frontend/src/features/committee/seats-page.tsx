// A member's own seats in opening committees, and what is due of each (SEALING.md sections 2 and 6).

import { Link } from 'react-router';

import { useWords } from '@/i18n/use-words';
import { pick } from '@/domain/lang';
import { Instant } from '@/ui/instant';
import { PageHeader } from '@/ui/page-header';
import { Panel } from '@/ui/panel';
import { PlainTable } from '@/ui/plain-table';
import { QueryView } from '@/ui/query-view';
import { Tag } from '@/ui/state-tag';
import { Empty } from '@/ui/states';

import { useOwnSeats, type OwnSeat } from './queries';

export default function SeatsPage() {
  const { t } = useWords('committee');
  const seats = useOwnSeats();
  return (
    <>
      <PageHeader title={t('title')} lead={t('lead')} />
      <QueryView query={seats}>
        {(known) =>
          known.seats.length === 0 ? (
            <Panel>
              <Empty title={t('none')} icon="lock">
                {t('none_why')}
              </Empty>
            </Panel>
          ) : (
            <Panel flush>
              <Seats seats={known.seats} />
            </Panel>
          )
        }
      </QueryView>
    </>
  );
}

function Seats({ seats }: { seats: readonly OwnSeat[] }) {
  const { t, lang } = useWords('committee');
  return (
    <PlainTable
      caption={t('title')}
      rows={seats}
      rowKey={(one) => one.round_id}
      columns={[
        {
          key: 'tender',
          title: t('tender'),
          cell: (one) => (
            <>
              <Link to={`/committee/${one.round_id}`}>{pick(lang, { zh: one.title_zh, en: one.title_en })}</Link> <span className="small muted">{one.reference}</span>
            </>
          ),
        },
        { key: 'seat', title: t('seat'), cell: (one) => `${one.seat} · ${t(`words:seats.${one.title}`)}` },
        { key: 'state', title: t('state'), cell: (one) => <Tag tone={one.is_due ? 'warn' : 'calm'}>{one.is_due ? t(`due.${one.step}`) : t(`round.${one.status}`)}</Tag> },
        { key: 'opens', title: t('opens'), cell: (one) => <Instant at={one.opens_at} /> },
        { key: 'closes', title: t('closes'), cell: (one) => <Instant at={one.closes_at} /> },
      ]}
    />
  );
}
