// The evidence of a lead, every figure of it.

import { useWords } from '@/i18n/use-words';
import { PlainTable } from '@/ui/plain-table';

const TEXTS = new Set(['document', 'offer', 'side', 'words']);

interface EvidenceRow {
  at: number;
  cells: readonly string[];
}

export function EvidenceTable({ columns, rows }: { columns: readonly string[]; rows: readonly (readonly string[])[] }) {
  const { t, find } = useWords('signals');
  return (
    <PlainTable
      caption={t('detail.evidence')}
      rows={rows.map((cells, at): EvidenceRow => ({ at, cells }))}
      rowKey={(row) => String(row.at)}
      narrow={columns.length <= 4}
      columns={columns.map((column, at) => ({
        key: column,
        title: find(`signals:evidence.${column}`, column),
        right: at > 0 && !TEXTS.has(column),
        cell: (row: EvidenceRow) => (column === 'side' ? find(`signals:sides.${row.cells[at] ?? ''}`, '') : (row.cells[at] ?? '')),
      }))}
    />
  );
}
