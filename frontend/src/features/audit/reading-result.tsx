// What a reading gave. It stays on this page only, until it is closed or left.

import { pick } from '@/domain/lang';
import { useWords } from '@/i18n/use-words';
import { Button } from '@/ui/button';
import { Instant } from '@/ui/instant';
import { Panel } from '@/ui/panel';
import { PlainTable, type Column } from '@/ui/plain-table';
import { Empty } from '@/ui/states';

import type { Opened, Read } from './reading-queries';

export function ReadingResult({ read, onClose }: { read: Read; onClose: () => void }) {
  const { t, lang, find } = useWords('audit');
  const none = t('common:table.none');
  const all: Column<Opened>[] = [
    { key: 'of', title: t('readings.of'), cell: (row) => row.of ?? none },
    { key: 'name', title: t('words:supplier'), cell: (row) => pick(lang, { zh: row.name_zh ?? '', en: row.name_en ?? '' }) || none },
    { key: 'person', title: t('readings.person'), cell: (row) => row.person ?? none },
    { key: 'email', title: t('readings.email'), cell: (row) => row.email ?? none },
    { key: 'phone', title: t('readings.phone'), cell: (row) => row.phone ?? none },
    { key: 'response', title: t('readings.response'), cell: (row) => find(`readings.responses.${row.response ?? 'none'}`, row.response ?? none) },
    { key: 'at', title: t('readings.at'), cell: (row) => (row.at === null ? none : <Instant at={row.at} as="second" />) },
    { key: 'network', title: t('readings.network'), cell: (row) => row.network ?? none },
    { key: 'agent', title: t('readings.agent'), cell: (row) => row.agent ?? none },
  ];
  const isUsed = (key: string) => read.rows.some((row) => (key === 'name' ? row.name_zh : row[key as keyof Opened]) !== null);
  return (
    <Panel title={t(`words:readings.${read.reading}`)} note={t('readings.logged')} flush>
      {read.rows.length === 0 ? (
        <Empty icon="file" title={t(read.reading === 'originals' ? 'readings.downloaded' : 'readings.nothing')} />
      ) : (
        <PlainTable caption={t(`words:readings.${read.reading}`)} rows={read.rows} rowKey={(row) => JSON.stringify(row)} columns={all.filter((column) => isUsed(column.key))} />
      )}
      <p style={{ padding: '10px 20px' }}>
        <Button size="small" onClick={onClose}>
          {t('readings.close')}
        </Button>
      </p>
    </Panel>
  );
}
