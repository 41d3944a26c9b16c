// Days of the calendar as rows: the day with its weekday, what it is, who said so.

import type { Lang } from '@/domain/lang';
import { useWords } from '@/i18n/use-words';
import { Button } from '@/ui/button';
import { PlainTable } from '@/ui/plain-table';

import type { DayForm } from './queries';

/** "2027-02-09 Tuesday": a calendar's day has no zone. */
export function DayText({ day }: { day: string }) {
  const { lang } = useWords('calendar');
  return (
    <span>
      <span className="mono">{day}</span> <span className="muted">{weekday(day, lang)}</span>
    </span>
  );
}

function weekday(day: string, lang: Lang): string {
  return new Intl.DateTimeFormat(lang === 'zh' ? 'zh-CN' : 'en-GB', { weekday: 'long', timeZone: 'UTC' }).format(new Date(`${day}T00:00:00Z`));
}

export function DayTable({ days, caption, onDrop }: { days: readonly DayForm[]; caption: string; onDrop?: (day: DayForm) => void }) {
  const { t } = useWords('calendar');
  const drop = (each: DayForm) => (
    <Button size="small" aria-label={`${t('drop')}: ${each.day}`} onClick={() => onDrop?.(each)}>
      {t('drop')}
    </Button>
  );
  return (
    <PlainTable
      caption={caption}
      rows={days}
      rowKey={(each) => each.day}
      columns={[
        { key: 'day', title: t('day'), cell: (each) => <DayText day={each.day} /> },
        { key: 'mark', title: t('mark'), cell: (each) => t(`marks.${each.mark}`) },
        { key: 'source', title: t('source'), cell: (each) => each.source },
        ...(onDrop === undefined ? [] : [{ key: 'drop', title: t('act'), right: true, cell: drop }]),
      ]}
    />
  );
}
