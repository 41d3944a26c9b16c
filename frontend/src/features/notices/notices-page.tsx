// All notices of the signed-in person, newest first; what is unread stands out in words and weight.

import { Link } from 'react-router';

import { useNotices, useReadNotice, type Notice } from '@/api/notices';
import { useWords } from '@/i18n/use-words';
import { Button } from '@/ui/button';
import { Ago } from '@/ui/instant';
import { PageHeader } from '@/ui/page-header';
import { Panel } from '@/ui/panel';
import { ProblemAlert } from '@/ui/problem-alert';
import { QueryView } from '@/ui/query-view';
import { Empty } from '@/ui/states';

import { placeOf, withoutGreeting } from './place';
import css from './notices.module.css';

export default function NoticesPage() {
  const { t } = useWords('notices');
  const notices = useNotices();
  const read = useReadNotice();
  const unread = notices.data?.unread ?? 0;
  return (
    <>
      <PageHeader
        title={t('title')}
        lead={unread > 0 ? t('unread', { count: unread }) : t('lead')}
        actions={
          unread > 0 && (
            <Button icon="check" busy={read.isPending} onClick={() => read.mutate('all')}>
              {t('read_all')}
            </Button>
          )
        }
      />
      <ProblemAlert error={read.error} />
      <Panel flush>
        <QueryView query={notices}>
          {({ notices: list }) =>
            list.length === 0 ? (
              <Empty icon="bell" title={t('empty')}>
                {t('empty_why')}
              </Empty>
            ) : (
              <ul>
                {list.map((notice) => (
                  <NoticeRow key={notice.id} notice={notice} onRead={() => read.mutate(notice.id)} />
                ))}
              </ul>
            )
          }
        </QueryView>
      </Panel>
    </>
  );
}

function NoticeRow({ notice, onRead }: { notice: Notice; onRead: () => void }) {
  const { t } = useWords('notices');
  const place = placeOf(notice);
  return (
    <li className={`${css['row'] ?? ''} ${notice.is_read ? '' : (css['unread'] ?? '')}`}>
      <div className={css['text']}>
        <p className={css['subject']}>
          {!notice.is_read && <span className={css['new']}>{t('new')}</span>}
          {notice.subject}
        </p>
        <p className={css['body']}>{withoutGreeting(notice.text)}</p>
        <p className="row small muted">
          <Ago at={notice.made_at} />
        </p>
      </div>
      <div className={css['acts']}>
        {place && (
          <Link to={place} onClick={() => (notice.is_read ? undefined : onRead())}>
            {t('go')}
          </Link>
        )}
        {!notice.is_read && (
          <Button size="small" look="quiet" onClick={onRead} aria-label={`${t('mark_read')}: ${notice.subject}`}>
            {t('mark_read')}
          </Button>
        )}
      </div>
    </li>
  );
}
