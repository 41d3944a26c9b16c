// Auto-bid: the bidder sets, changes or withdraws the limit under which the service bids for it (LIVE.md section 1).
import { useState, type FormEvent } from 'react';

import type { Amount } from '@/domain/money';
import { useWords } from '@/i18n/use-words';
import { Button } from '@/ui/button';
import { Facts } from '@/ui/facts';
import { MoneyInput } from '@/ui/money-input';
import { Panel } from '@/ui/panel';
import { ProblemAlert } from '@/ui/problem-alert';
import { Tag } from '@/ui/state-tag';

import css from './auto-bid-panel.module.css';
import { useAutoBid, useSetAutoBid, type AutoBid } from './auto-bid';
import { moneyText, type LotView } from './lot-view';
import { CurrencySwitch, countedAs, sentAs, type OwnCurrency } from './own-currency';
import type { RoundInfo } from './room-data';
import { saveJson } from './save-json';

const TONES = { active: 'good', reached: 'warn', withdrawn: 'calm', stopped: 'bad' } as const;
const ENDED = new Set(['closed', 'cancelled']);

interface AutoBidProps {
  info: RoundInfo;
  lot: LotView;
  /** This window writes for the supplier, and what it shows is fresh. */
  can: boolean;
  own: OwnCurrency;
}

export function AutoBidPanel({ info, lot, can, own }: AutoBidProps) {
  const { t } = useWords('formats');
  const isAllowed = info.rules.auto_bid === true;
  const { data, isError, error, refetch } = useAutoBid(lot.facts.id, lot.state.auto_bid, isAllowed);
  if (!isAllowed) return null;
  const state = lot.state.auto_bid ?? null;
  return (
    <Panel title={t('auto.title')} note={state !== null && <Tag tone={TONES[state]}>{t(`auto.state.${state}`)}</Tag>}>
      <div className="stack">
        {isError && <ProblemAlert error={error} onRetry={() => void refetch()} />}
        <Standing info={info} held={data} state={state} />
        {!ENDED.has(lot.state.status) && <LimitForm key={own.code} info={info} lot={lot} can={can} own={own} isActive={state === 'active'} />}
        {data !== undefined && data.commitment !== null && <Proof held={data} />}
      </div>
    </Panel>
  );
}

function Standing({ info, held, state }: { info: RoundInfo; held: AutoBid | undefined; state: AutoBid['state'] }) {
  const { t } = useWords('formats');
  const limit = held?.limit ?? null;
  const amount = limit === null ? '' : moneyText(limit, info.tender.currency);
  if (state === 'active') {
    return (
      <p>
        {t('auto.active')} <b className="num">{amount}</b>
      </p>
    );
  }
  return <p className="muted">{state === null ? t('auto.none') : t(`auto.${state}`, { amount })}</p>;
}

function LimitForm({ info, lot, can, own, isActive }: AutoBidProps & { isActive: boolean }) {
  const { t } = useWords('formats');
  const set = useSetAutoBid(lot.facts.id);
  const [typed, setTyped] = useState<Amount>('');
  const [asked, setAsked] = useState(false);
  // The limit is what the typed amount counts as: that is what the service holds, and bids down to.
  const limit = countedAs(own, typed, lot.facts.scale);
  const text = limit === '' ? '' : moneyText(limit, info.tender.currency);
  const sent = sentAs(own, typed);
  const ask = (event: FormEvent) => {
    event.preventDefault();
    if (limit !== '' && can) setAsked(true);
  };
  const confirm = () => {
    set.mutate(limit, { onSuccess: () => setTyped('') });
    setAsked(false);
  };
  return (
    <form onSubmit={ask} className={css['form']}>
      <CurrencySwitch own={own} />
      <MoneyInput
        label={t('auto.limit')}
        value={typed}
        onChange={(amount) => {
          setTyped(amount);
          setAsked(false);
        }}
        scale={lot.facts.scale}
        currency={own.code}
        {...(lot.facts.basis === 'unit' ? { unit: lot.facts.unit } : {})}
        hint={sent === null || limit === '' ? null : t('auto.counts_as', { amount: text })}
      />
      {asked ? (
        <div className={css['asked']} role="group" aria-label={t('auto.title')}>
          <p>{t('auto.confirm', { amount: text })}</p>
          <div className="row">
            <Button look="primary" disabled={!can} onClick={confirm}>
              {t('auto.confirm_yes', { amount: text })}
            </Button>
            <Button onClick={() => setAsked(false)}>{t('auto.back')}</Button>
          </div>
        </div>
      ) : (
        <div className="row">
          <Button type="submit" disabled={!can || limit === ''} busy={set.isPending}>
            {t(isActive ? 'auto.change' : 'auto.set')}
          </Button>
          {isActive && (
            <Button look="quiet" disabled={!can} busy={set.isPending} onClick={() => set.mutate(null)}>
              {t('auto.withdraw')}
            </Button>
          )}
        </div>
      )}
      {set.isError && <ProblemAlert error={set.error} />}
    </form>
  );
}

function Proof({ held }: { held: AutoBid }) {
  const { t } = useWords('formats');
  return (
    <details className="small">
      <summary>{t('auto.proof')}</summary>
      <p className="muted">{t('auto.proof_note')}</p>
      <div className={css['proof']}>
        <Facts
          items={[
            { term: t('auto.commitment'), value: <code>{held.commitment}</code> },
            { term: t('auto.salt'), value: <code>{held.salt}</code> },
          ]}
        />
      </div>
      <Button size="small" icon="export" onClick={() => saveJson(`bidroom-limit-${(held.commitment ?? '').slice(0, 8)}.json`, held)}>
        {t('auto.proof_save')}
      </Button>
    </details>
  );
}
