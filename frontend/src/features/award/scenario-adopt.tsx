// DR-05: one scenario into the recommendation, or why not.

import { useState } from 'react';

import { useWords } from '@/i18n/use-words';
import { announce } from '@/ui/announcer';
import { Button } from '@/ui/button';
import { Instant } from '@/ui/instant';
import { ProblemAlert } from '@/ui/problem-alert';
import { Tag } from '@/ui/state-tag';

import { useAdopt, type Scenario, type Scenarios } from './scenario-queries';
import css from './scenario.module.css';

interface AdoptCellProps {
  scenario: Scenario;
  told: Scenarios;
  zone?: string;
}

export function AdoptCell({ scenario, told, zone }: AdoptCellProps) {
  const { t, find } = useWords('scenario');
  if (scenario.is_adopted) {
    return (
      <span className={css['rows']}>
        <Tag tone="good">{t('adopt.done')}</Tag>
        {scenario.adopted_at !== null && <Instant at={scenario.adopted_at} {...(zone === undefined ? {} : { zone })} />}
      </span>
    );
  }
  if (!scenario.is_current) return <Tag>{t('adopt.old')}</Tag>;
  if (scenario.obstacle !== null) return <span className="small muted">{find(`scenario:obstacles.${scenario.obstacle}`, scenario.obstacle)}</span>;
  return told.can_compute ? <Adopt scenario={scenario} tenderId={told.tender_id} /> : <span className="muted">{t('common:table.none')}</span>;
}

/** Two steps: what it does is said before it is done. */
function Adopt({ scenario, tenderId }: { scenario: Scenario; tenderId: string }) {
  const { t } = useWords('scenario');
  const [isAsked, setAsked] = useState(false);
  const adopt = useAdopt(tenderId);
  const act = () => adopt.mutate(scenario.number, { onSuccess: () => announce(t('adopt.said', { number: scenario.number })) });
  return (
    <span className={css['rows']}>
      {isAsked && <span className="small">{t('adopt.confirm')}</span>}
      <Button size="small" look={isAsked ? 'primary' : 'plain'} busy={adopt.isPending} onClick={() => (isAsked ? act() : setAsked(true))}>
        {t('adopt.button', { number: scenario.number })}
      </Button>
      <ProblemAlert error={adopt.error} />
    </span>
  );
}
