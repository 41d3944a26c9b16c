// DR-05: award scenarios: a form of constraints, and up to four scenarios side by side. Aliases only.

import { useState } from 'react';
import { useParams } from 'react-router';

import { useWords } from '@/i18n/use-words';
import { Banner } from '@/ui/banner';
import { ButtonLink } from '@/ui/button';
import { CheckField } from '@/ui/field';
import { Panel } from '@/ui/panel';
import { QueryView } from '@/ui/query-view';
import { Empty } from '@/ui/states';
import page from '@/ui/working-page.module.css';

import { AwardHeader } from './award-header';
import { useTender } from './queries';
import { ScenarioForm } from './scenario-form';
import { useScenarios, type Scenarios } from './scenario-queries';
import { ScenarioTable } from './scenario-table';
import { zoneOf } from './zone-of';

// SCREENS.md DR-05.
const MOST_COMPARED = 4;

export default function ScenarioPage() {
  const { t } = useWords('scenario');
  const { tenderId = '' } = useParams();
  const tender = useTender(tenderId);
  const scenarios = useScenarios(tenderId);
  return (
    <QueryView query={tender}>
      {(shown) => (
        <div className="stack">
          <AwardHeader tender={shown} what={t('what')} />
          <QueryView query={scenarios}>{(told) => <Room told={told} {...zoneOf(shown)} />}</QueryView>
        </div>
      )}
    </QueryView>
  );
}

function Room({ told, zone }: { told: Scenarios; zone?: string }) {
  const { t } = useWords('scenario');
  const [chosen, setChosen] = useState<readonly number[] | null>(null);
  const back = <ButtonLink to={`/tenders/${told.tender_id}/decision`}>{t('decision')}</ButtonLink>;
  if (told.state === 'waiting') {
    return (
      <Panel>
        <Empty icon="clock" title={t('not_yet.title')} next={back}>
          {t('not_yet.why')}
        </Empty>
      </Panel>
    );
  }
  const newest = told.scenarios.slice(0, MOST_COMPARED).map((scenario) => scenario.number);
  const compared = chosen ?? newest;
  const toggle = (number: number) => setChosen(compared.includes(number) ? compared.filter((one) => one !== number) : [...compared, number]);
  const made = (number: number) => setChosen([number, ...compared.filter((one) => one !== number)].slice(0, MOST_COMPARED));
  return (
    <>
      <p className={page['lead']}>{t('lead')}</p>
      <Announced announced={told.announced} />
      {told.can_compute && <ScenarioForm told={told} onMade={made} />}
      <Panel title={t('list.title')} note={t('list.hint')} actions={back}>
        {told.scenarios.length === 0 ? <p className="muted">{t('list.none')}</p> : <Compared told={told} compared={compared} onToggle={toggle} {...(zone === undefined ? {} : { zone })} />}
      </Panel>
    </>
  );
}

function Announced({ announced }: { announced: Scenarios['announced'] }) {
  const { t } = useWords('scenario');
  if (announced === null) return <Banner tone="warn">{t('not_announced')}</Banner>;
  return <Banner>{t('announced', { shares: announced.map((pattern) => pattern.join('–')).join(t('common:list_separator')) })}</Banner>;
}

interface ComparedProps {
  told: Scenarios;
  compared: readonly number[];
  onToggle: (number: number) => void;
  zone?: string;
}

function Compared({ told, compared, onToggle, zone }: ComparedProps) {
  const { t } = useWords('scenario');
  const isFull = compared.length >= MOST_COMPARED;
  const shown = told.scenarios.filter((scenario) => compared.includes(scenario.number)).toReversed();
  return (
    <div className="stack">
      <div className="row">
        {told.scenarios.map(({ number }) => (
          <CheckField key={number} label={t('list.compare', { number })} checked={compared.includes(number)} disabled={isFull && !compared.includes(number)} onChange={() => onToggle(number)} />
        ))}
        {isFull && told.scenarios.length > MOST_COMPARED && <span className="small muted">{t('list.full')}</span>}
      </div>
      {shown.length > 0 && <ScenarioTable told={told} shown={shown} {...(zone === undefined ? {} : { zone })} />}
    </div>
  );
}
