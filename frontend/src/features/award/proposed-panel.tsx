// The decision by alias as it was proposed: what, with which reason, and where the second person stands.

import type { ReactNode } from 'react';

import { pick } from '@/domain/lang';
import { useWords } from '@/i18n/use-words';
import { ButtonLink } from '@/ui/button';
import { Countdown } from '@/ui/countdown';
import { Facts } from '@/ui/facts';
import { Instant } from '@/ui/instant';
import { Money } from '@/ui/money';
import { Panel } from '@/ui/panel';
import { StateTag } from '@/ui/state-tag';
import page from '@/ui/working-page.module.css';

import css from './award.module.css';
import { SavingsTotalFigure } from './figures';
import { useProposal, type DecidedLot, type Decision } from './queries';
import { ChosenLabels } from './shares-text';

export function ProposedPanel({ decision, currency, zone }: { decision: Decision; currency: string; zone?: string }) {
  const { t } = useWords('award');
  const inZone = zone === undefined ? {} : { zone };
  return (
    <Panel title={t('proposed.title')} actions={decision.state === 'approved' && <StateTag kind="proposal" state="approved" />}>
      <div className="stack">
        {decision.choices.map((choice) => (
          <Chosen key={choice.lot_id} choice={choice} currency={currency} />
        ))}
        {decision.savings && (
          <SavingsTotalFigure
            money={decision.savings.money}
            percent={decision.savings.percent}
            lots={decision.savings.lots}
            withoutBaseline={decision.savings.lots_without_baseline}
            currency={currency}
          />
        )}
        <Facts
          items={[
            { term: t('proposed.at'), value: <Instant at={decision.proposed_at} {...inZone} named /> },
            ...(decision.decided_at === null ? [] : [{ term: t('proposed.decided_at'), value: <Instant at={decision.decided_at} {...inZone} named /> }]),
          ]}
        />
        {decision.digest !== null && (
          <details className={css['proof']}>
            <summary>{t('proposed.digest')}</summary>
            <code className={page['hash']}>{decision.digest}</code>
          </details>
        )}
      </div>
    </Panel>
  );
}

function Chosen({ choice, currency }: { choice: DecidedLot; currency: string }) {
  const { t, lang } = useWords('award');
  return (
    <div className={css['decided']}>
      <p className="muted small">
        {choice.number} · {pick(lang, { zh: choice.title_zh, en: choice.title_en })}
      </p>
      <p className={css['decidedLine']}>
        <ChosenLabels label={choice.label} shares={choice.shares} />
        {choice.shares.length === 0 && choice.rank !== null && <span className="muted">{t('proposed.rank', { rank: choice.rank })}</span>}
        {choice.shares.length === 0 && choice.amount !== null && <Money amount={choice.amount} currency={currency} />}
      </p>
      {choice.shares.map((one) => (
        <p key={one.label} className="small">
          {t('shares.part', one)} · {t('proposed.rank', { rank: one.rank })} · <Money amount={one.amount} currency={currency} />
        </p>
      ))}
      {choice.reserve !== null && <p className="small">{t('proposed.reserve', { label: choice.reserve })}</p>}
      {choice.reason !== '' && <blockquote className={css['note']}>{choice.reason}</blockquote>}
    </div>
  );
}

/** Waiting for the second person: how long, and the way to the approval itself. */
export function WaitingPanel({ proposalId, title, children }: { proposalId: string | null; title: string; children: ReactNode }) {
  const { t } = useWords('award');
  const proposal = useProposal(proposalId);
  const mayDecide = proposal.data?.can_decide ?? false;
  return (
    <Panel title={title} actions={<StateTag kind="proposal" state="pending" />}>
      <div className="stack">
        <p>{mayDecide ? t('waiting.yours') : children}</p>
        {proposal.data?.state === 'pending' && (
          <p className={css['left']}>
            <span className="muted small">{t('waiting.left')}</span>
            <span className={css['leftTime']}>
              <Countdown until={proposal.data.expires_at} over={t('waiting.over')} />
            </span>
          </p>
        )}
        {proposalId !== null && (
          <ButtonLink to={`/approvals/${proposalId}`} look={mayDecide ? 'primary' : 'plain'} size={mayDecide ? 'large' : 'normal'} wide>
            {t(mayDecide ? 'waiting.decide' : 'waiting.see')}
          </ButtonLink>
        )}
      </div>
    </Panel>
  );
}
