// The supplier base of a year: grades, who came and went, how the spend is spread. Each picture has its table.

import { pickName } from '@/domain/lang';
import { useWords } from '@/i18n/use-words';
import { Facts } from '@/ui/facts';
import { Money } from '@/ui/money';
import { Panel } from '@/ui/panel';
import { PlainTable } from '@/ui/plain-table';

import type { Year } from './queries';
import { Bars } from './savings-bars';

export function SupplierBase({ base }: { base: Year['base'] }) {
  const { t } = useWords('payments');
  return (
    <Panel title={t('year.base')}>
      <div className="stack">
        <Facts
          items={[
            { term: t('year.certified'), value: String(base.certified) },
            { term: t('year.came'), value: String(base.came) },
            { term: t('year.left'), value: String(base.left) },
          ]}
        />
        <Bars label={t('year.grades')} bars={base.grades.map((one) => ({ key: one.grade, name: one.grade, size: one.suppliers }))} />
        <PlainTable
          caption={t('year.grades')}
          narrow
          rows={base.grades}
          rowKey={(row) => row.grade}
          columns={[
            { key: 'grade', title: t('year.grade'), cell: (row) => row.grade },
            { key: 'suppliers', title: t('year.suppliers'), right: true, cell: (row) => <span className="num">{row.suppliers}</span> },
          ]}
        />
        {base.spend.map((one) => (
          <Spend key={one.currency} spend={one} />
        ))}
      </div>
    </Panel>
  );
}

function Spend({ spend }: { spend: Year['base']['spend'][number] }) {
  const { t, lang } = useWords('payments');
  const caption = t('year.spend', { currency: spend.currency });
  return (
    <>
      <Facts
        items={[
          { term: caption, value: <Money amount={spend.total} currency={spend.currency} /> },
          { term: t('year.largest'), value: <span className="num">{spend.largest} %</span> },
          { term: t('year.herfindahl'), value: <span className="num">{spend.herfindahl}</span> },
        ]}
      />
      <Bars label={caption} bars={spend.shares.map((share) => ({ key: share.supplier_id, name: pickName(lang, share), size: Number(share.percent) }))} />
      <PlainTable
        caption={caption}
        rows={spend.shares}
        rowKey={(row) => row.supplier_id}
        columns={[
          { key: 'supplier', title: t('supplier'), cell: (row) => pickName(lang, row) },
          { key: 'amount', title: t('year.awarded'), right: true, cell: (row) => <Money amount={row.amount} currency={spend.currency} /> },
          { key: 'share', title: t('year.share'), right: true, cell: (row) => <span className="num">{row.percent} %</span> },
        ]}
      />
      <p className="muted small">{t('year.herfindahl_note')}</p>
    </>
  );
}
