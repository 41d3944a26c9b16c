// The adopted scenario on the decision page, and the way to all of them.

import { useWords } from '@/i18n/use-words';
import { ButtonLink } from '@/ui/button';
import { Panel } from '@/ui/panel';
import { PlainTable } from '@/ui/plain-table';

import { useScenarios } from './scenario-queries';
import { Parts } from './scenario-table';
import { useScenarioWords } from './scenario-words';

export function ScenarioAdopted({ tenderId }: { tenderId: string }) {
  const { t } = useWords('scenario');
  const told = useScenarios(tenderId).data;
  const words = useScenarioWords({ lots: told?.lots ?? [], currency: told?.currency ?? '' });
  if (told === undefined || told.state === 'waiting') return null;
  const adopted = told.scenarios.find((scenario) => scenario.is_adopted);
  const award = adopted?.award;
  return (
    <Panel title={t('adopted.title')} actions={<ButtonLink size="small" to={`/tenders/${tenderId}/scenarios`}>{t('open')}</ButtonLink>}>
      {adopted === undefined || !award ? (
        <p className="muted">{t('adopted.none')}</p>
      ) : (
        <div className="stack">
          <p>
            {t('list.compare', { number: adopted.number })} · {words.money(award.cost)}
          </p>
          <PlainTable
            caption={t('adopted.title')}
            rows={award.lots}
            rowKey={(lot) => lot.lot_id}
            narrow
            columns={[
              { key: 'lot', title: t('adopted.lot'), cell: (lot) => words.numberOf(lot.lot_id) },
              { key: 'parts', title: t('adopted.parts'), cell: (lot) => <Parts lot={lot} currency={told.currency} /> },
              { key: 'cost', title: t('adopted.cost'), right: true, cell: (lot) => words.money(lot.cost) },
            ]}
          />
        </div>
      )}
    </Panel>
  );
}
