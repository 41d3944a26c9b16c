// What differs between two versions, place by place: an amendment's, or a proposal's beside the one before it.

import { useWords } from '@/i18n/use-words';
import { Difference } from '@/ui/difference';
import { Instant } from '@/ui/instant';
import { PlainTable } from '@/ui/plain-table';
import { useFieldWords } from '@/ui/use-field-words';

export interface Changed {
  path: string;
  before: string;
  after: string;
}

export function ChangesTable({ changes }: { changes: Changed[] }) {
  const { t } = useWords('approvals');
  const { nameOf, wordOf } = useFieldWords();
  const shown = (change: Changed, value: string) => {
    const word = wordOf(change.path.split('.').at(-1) ?? '', value);
    return typeof word === 'string' ? word : value;
  };
  return (
    <PlainTable
      caption={t('amend.change')}
      rows={changes}
      rowKey={(change) => change.path}
      columns={[
        { key: 'path', title: t('amend.path'), cell: (change) => pathName(change.path, nameOf) },
        {
          key: 'change',
          title: t('amend.change'),
          cell: (change) => <Difference was={<Shown value={shown(change, change.before)} />} is={<Shown value={shown(change, change.after)} />} />,
        },
      ]}
    />
  );
}

function Shown({ value }: { value: string }) {
  return /^\d{4}-\d\d-\d\dT.*Z$/.test(value) ? <Instant at={value} as="second" /> : <>{value || '∅'}</>;
}

/** "lots.0.title_zh" as "Lots 1 · Title (Chinese)". */
function pathName(path: string, nameOf: (key: string) => string | null): string {
  return path
    .split('.')
    .map((step) => (/^\d+$/.test(step) ? String(Number(step) + 1) : (nameOf(step) ?? step)))
    .join(' · ');
}
