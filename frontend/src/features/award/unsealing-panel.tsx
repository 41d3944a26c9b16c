// PL-10: what must be true before names appear, whose they will be, and the request to the second person.

import { useWords } from '@/i18n/use-words';
import { announce } from '@/ui/announcer';
import { Banner } from '@/ui/banner';
import { Button, ButtonLink } from '@/ui/button';
import { Icon } from '@/ui/icon';
import { Instant } from '@/ui/instant';
import { Panel } from '@/ui/panel';
import { ProblemAlert } from '@/ui/problem-alert';
import { useOnline } from '@/ui/use-online';

import css from './award.module.css';
import { WaitingPanel } from './proposed-panel';
import { useAskUnsealing, type Decision } from './queries';

interface UnsealingPanelProps {
  decision: Decision;
  zone?: string;
}

export function UnsealingPanel({ decision, zone }: UnsealingPanelProps) {
  const { t } = useWords('award');
  const { unsealing } = decision;
  if (unsealing.state === 'pending') {
    return (
      <WaitingPanel proposalId={unsealing.proposal_id} title={t('words:unseal')}>
        {t('waiting.unsealing')}
      </WaitingPanel>
    );
  }
  return (
    <Panel title={t('words:unseal')}>
      <div className="stack">
        {unsealing.state === 'done' ? (
          <Banner tone="good" title={t('unsealing.done')}>
            <Instant at={unsealing.unsealed_at} as="second" named {...(zone === undefined ? {} : { zone })} />
          </Banner>
        ) : (
          <p>{t(`unsealing.scope.${unsealing.scope}`, { count: unsealing.names })}</p>
        )}
        <Preconditions decision={decision} />
        {decision.can_unseal && unsealing.state === 'not_asked' && <Ask decision={decision} />}
        {unsealing.state === 'done' && <ButtonLink to={`/tenders/${decision.tender_id}/result`}>{t('unsealing.to_result')}</ButtonLink>}
      </div>
    </Panel>
  );
}

function Preconditions({ decision }: { decision: Decision }) {
  const { t } = useWords('award');
  return (
    <ul className={css['conditions']} aria-label={t('unsealing.preconditions')}>
      {decision.unsealing.preconditions.map((condition) => (
        <li key={condition.code} className={condition.is_met ? css['met'] : css['open']}>
          <Icon name={condition.is_met ? 'check' : 'clock'} size={16} />
          <span>{t(`unsealing.condition.${condition.code}`)}</span>
          <span className="muted small">{t(condition.is_met ? 'unsealing.met' : 'unsealing.open')}</span>
        </li>
      ))}
    </ul>
  );
}

function Ask({ decision }: Pick<UnsealingPanelProps, 'decision'>) {
  const { t } = useWords('award');
  const ask = useAskUnsealing(decision.tender_id);
  const isOnline = useOnline();
  // Refused because the ranking changed: the decision is read again and offers the choice anew.
  const send = () => ask.mutate(undefined, { onSuccess: () => announce(t('unsealing.asked')) });
  return (
    <>
      <ProblemAlert error={ask.error} />
      {!isOnline && <Banner tone="warn">{t('submit.offline')}</Banner>}
      <Button look="primary" size="large" icon="lock" wide disabled={!isOnline} busy={ask.isPending} onClick={send}>
        {t('unsealing.ask')}
      </Button>
      <p className="small muted">{t('unsealing.effect')}</p>
    </>
  );
}
