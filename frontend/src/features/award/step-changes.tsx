// What a single level of a single mark, or one offer less, would change.

import { pick } from '@/domain/lang';
import { useWords } from '@/i18n/use-words';
import { PlainTable, type Column } from '@/ui/plain-table';

import type { LotRanking, LotSensitivity, Sensitivity } from './queries';
import room from './room.module.css';

interface StepChangesProps {
  lot: LotRanking;
  told: LotSensitivity;
  criteria: Sensitivity['criteria'];
}

export function StepChanges({ lot, told, criteria }: StepChangesProps) {
  const { t } = useWords('decision-room');
  return (
    <>
      {criteria.length > 0 && <Levels lot={lot} told={told} criteria={criteria} />}
      {told.leaving.length > 1 && (
        <details className={room['more']}>
          <summary>{t('sensitivity.leaving')}</summary>
          <Leaving lot={lot} told={told} />
        </details>
      )}
    </>
  );
}

function useThen(lot: LotRanking): (first: string | null, shortlist: readonly string[]) => { first: string; list: string } {
  const { t } = useWords('decision-room');
  const official = lot.shortlist?.labels ?? [];
  return (first, shortlist) => {
    const isSame = official.length === shortlist.length && official.every((label) => shortlist.includes(label));
    return {
      first: first === lot.rows[0]?.label ? t('sensitivity.unchanged') : (first ?? t('sensitivity.nobody')),
      list: isSame ? t('sensitivity.unchanged') : shortlist.join(t('common:list_separator')) || t('sensitivity.nobody'),
    };
  };
}

function Levels({ lot, told, criteria }: StepChangesProps) {
  const { t, lang } = useWords('decision-room');
  const then = useThen(lot);
  type Row = (typeof told.levels)[number];
  if (told.levels.length === 0) return <p>{t('sensitivity.levels_none')}</p>;
  const titles = new Map(criteria.map((each) => [each.criterion, `${String(each.number)} · ${pick(lang, { zh: each.title_zh, en: each.title_en })}`]));
  const columns: Column<Row>[] = [
    { key: 'label', title: t('sensitivity.offer'), cell: (row) => row.label },
    { key: 'criterion', title: t('sensitivity.criterion'), cell: (row) => titles.get(row.criterion) ?? row.criterion },
    { key: 'change', title: t('sensitivity.change'), cell: (row) => `${t(row.step > 0 ? 'sensitivity.level_up' : 'sensitivity.level_down')}${row.fails ? ` · ${t('sensitivity.fails')}` : ''}` },
    { key: 'first', title: t('sensitivity.then_first'), cell: (row) => then(row.first, row.shortlist).first },
    { key: 'list', title: t('sensitivity.then_list'), cell: (row) => then(row.first, row.shortlist).list },
  ];
  return (
    <details className={room['more']}>
      <summary>
        {t('sensitivity.levels')}: {t('sensitivity.levels_some', { count: told.levels.length })}
      </summary>
      <PlainTable caption={t('sensitivity.levels')} columns={columns} rows={told.levels} rowKey={(row) => `${row.label} ${row.criterion} ${String(row.step)}`} />
    </details>
  );
}

function Leaving({ lot, told }: { lot: LotRanking; told: LotSensitivity }) {
  const { t } = useWords('decision-room');
  const then = useThen(lot);
  type Row = (typeof told.leaving)[number];
  const columns: Column<Row>[] = [
    { key: 'label', title: t('sensitivity.without'), cell: (row) => row.label },
    { key: 'first', title: t('sensitivity.then_first'), cell: (row) => then(row.first, row.shortlist).first },
    { key: 'list', title: t('sensitivity.then_list'), cell: (row) => then(row.first, row.shortlist).list },
    { key: 'turns', title: t('sensitivity.turns'), cell: (row) => t(row.turns ? 'sensitivity.turned' : 'sensitivity.kept') },
  ];
  return <PlainTable caption={t('sensitivity.leaving_caption')} columns={columns} rows={told.leaving} rowKey={(row) => row.label} />;
}
