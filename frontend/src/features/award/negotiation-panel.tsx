// The talks with one supplier in turns (SCREENS.md SP-09, PL-11): what is on the table, what it is worth, whose turn it is.

import { useState } from 'react';

import { useWords } from '@/i18n/use-words';
import { announce } from '@/ui/announcer';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { AreaField, TextField } from '@/ui/field';
import { Instant } from '@/ui/instant';
import { Money } from '@/ui/money';
import { Panel } from '@/ui/panel';
import { ProblemAlert } from '@/ui/problem-alert';
import { Tag } from '@/ui/state-tag';

import { trimmed } from './choosing';
import { useAct, type Agreement, type Agreements, type Negotiation, type TurnAct } from './contract-queries';
import { IssuesForm, IssuesTable } from './issues-form';

interface Props {
  sheet: Agreements;
  agreement: Agreement;
}

// domain/negotiating.py, SHORTEST_MINUTES.
const SHORTEST = 10;

export function NegotiationPanel({ sheet, agreement }: Props) {
  const { t } = useWords('contract');
  const talks = agreement.negotiation;
  if (talks === null) {
    if (!sheet.allows_talks) return <Panel title={t('talks')}>{t('talks_forbidden')}</Panel>;
    return agreement.can_open ? <OpenTalks sheet={sheet} agreement={agreement} /> : null;
  }
  const isOver = talks.state === 'confirmed' || talks.state === 'ended';
  return (
    <Panel title={t('talks')} actions={<Tag tone={talks.state === 'confirmed' ? 'good' : 'calm'}>{t(`states.${talks.state}`)}</Tag>}>
      <div className="stack">
        <p className="small muted">{t('price_locked', { rate: trimmed(talks.rate) })}</p>
        {isOver ? (
          <>
            <Outcome sheet={sheet} talks={talks} />
            <details>
              <summary>{t('course')}</summary>
              <div className="stack">
                <Turns sheet={sheet} talks={talks} />
                {sheet.side === 'buyer' && talks.limits !== null && <Mandate sheet={sheet} talks={talks} />}
              </div>
            </details>
          </>
        ) : (
          <>
            <Turns sheet={sheet} talks={talks} />
            {sheet.side === 'buyer' && <Mandate sheet={sheet} talks={talks} />}
          </>
        )}
        {/* Another turn is another form: what was typed belongs to the turn it answered. */}
        <Acts key={talks.turns.length} sheet={sheet} agreement={agreement} talks={talks} />
      </div>
    </Panel>
  );
}

function OpenTalks({ sheet, agreement }: Props) {
  const { t } = useWords('contract');
  const act = useAct(sheet.tender_id);
  const [rate, setRate] = useState('3.00');
  const isRate = /^\d{1,2}(\.\d{1,2})?$/.test(rate);
  const open = () => {
    if (isRate) act.mutate({ path: `tenders/${sheet.tender_id}/negotiations`, body: { supplier_id: agreement.supplier_id, rate } });
  };
  return (
    <Panel title={t('talks')}>
      <div className="stack">
        <p>{t('open_why')}</p>
        <TextField label={t('rate')} hint={t('rate_hint')} inside="%" inputMode="decimal" value={rate} error={isRate ? null : t('range', { least: 0, most: 50 })} onChange={(event) => setRate(event.target.value)} />
        <ProblemAlert error={act.error} />
        <Button look="primary" busy={act.isPending} onClick={open}>
          {t('open')}
        </Button>
      </div>
    </Panel>
  );
}

/** What came of it, once: the terms that both confirmed with the minutes, or why there are none. */
function Outcome({ sheet, talks }: { sheet: Agreements; talks: Negotiation }) {
  const { t } = useWords('contract');
  const last = talks.turns.findLast((turn) => turn.issues !== null);
  const said = talks.turns.findLast((turn) => turn.text !== '' && (turn.act === 'minute' || turn.act === 'end'));
  const isAgreed = talks.state === 'confirmed' && last?.issues;
  return (
    <div className="stack">
      {isAgreed && <h3>{t('agreed')}</h3>}
      {isAgreed && <IssuesTable issues={isAgreed} before={sheet.standard} caption={t('agreed')} />}
      {isAgreed && last.worth !== null && (
        <p>
          {t('worth')} <Money amount={last.worth.value} currency={sheet.currency} />
        </p>
      )}
      {said && (
        <figure className="stack-tight">
          <figcaption className="small muted">{t(`words.${said.act === 'end' ? 'end' : 'minute'}`)}</figcaption>
          <blockquote>{said.text}</blockquote>
        </figure>
      )}
    </div>
  );
}

function Turns({ sheet, talks }: { sheet: Agreements; talks: Negotiation }) {
  const { t } = useWords('contract');
  if (talks.turns.length === 0) return <p>{t(sheet.side === 'buyer' ? 'begin' : 'wait_begin')}</p>;
  return (
    <ol className="stack" aria-label={t('turns')}>
      {talks.turns.map((turn, place) => {
        const before = talks.turns.slice(0, place).findLast((one) => one.issues !== null)?.issues;
        return (
          <li key={turn.number} className="stack-tight">
            <p>
              <strong>{t(`sides.${turn.side}`)}</strong> {t(`acts.${turn.act}`)} <Instant at={turn.at} named />
            </p>
            {turn.issues !== null && <IssuesTable issues={turn.issues} before={before ?? sheet.standard} caption={t('caption', { number: turn.number })} />}
            {turn.worth !== null && (
              <p>
                {t('worth')} <Money amount={turn.worth.value} currency={sheet.currency} />
              </p>
            )}
            {turn.text !== '' && <blockquote>{turn.text}</blockquote>}
          </li>
        );
      })}
    </ol>
  );
}

function Mandate({ sheet, talks }: { sheet: Agreements; talks: Negotiation }) {
  const { t } = useWords('contract');
  const act = useAct(sheet.tender_id);
  const [isWanted, setWanted] = useState(false);
  return (
    <section className="stack" aria-label={t('mandate')}>
      {talks.limits !== null ? (
        <details open={talks.can_limit && talks.turns.length === 0}>
          <summary>{t('mandate')}</summary>
          <IssuesTable issues={talks.limits} caption={t('mandate')} />
        </details>
      ) : (
        <Banner tone="warn">{t(talks.can_limit ? 'mandate_yours' : 'mandate_missing')}</Banner>
      )}
      {talks.can_limit && !isWanted && <Button onClick={() => setWanted(true)}>{t('mandate_set')}</Button>}
      {isWanted && (
        <IssuesForm
          from={talks.limits ?? sheet.standard}
          send={t('mandate_save')}
          busy={act.isPending}
          onSend={(body) => act.mutate({ path: `negotiations/${talks.id}/mandate`, body }, { onSuccess: () => setWanted(false) })}
        >
          <p className="small muted">{t('mandate_why')}</p>
          <ProblemAlert error={act.error} />
        </IssuesForm>
      )}
    </section>
  );
}

function Acts({ sheet, agreement, talks }: Props & { talks: Negotiation }) {
  const { t } = useWords('contract');
  const act = useAct(sheet.tender_id);
  const [text, setText] = useState('');
  const [wanted, setWanted] = useState<TurnAct | null>(null);
  const path = `${sheet.side === 'supplier' ? 'my/' : ''}negotiations/${talks.id}/turns`;
  const take = (body: object) => act.mutate({ path, body: { answers: talks.turns.length, ...body } }, { onSuccess: () => announce(t('sent')) });
  const table = talks.turns.findLast((one) => one.issues !== null)?.issues ?? sheet.standard;
  const pricing = { total: agreement.total, rate: talks.rate, currency: sheet.currency, digits: sheet.digits, against: table };
  const mayBuyer = sheet.side === 'supplier' || talks.has_mandate;
  const others = talks.my_acts.filter((one) => one !== 'propose' && (one !== 'accept' || mayBuyer));
  if (talks.my_acts.length === 0) {
    const isOver = talks.state === 'confirmed' || talks.state === 'ended';
    // Of the buyer's side the purchaser alone takes turns.
    const isOurs = sheet.side === 'buyer' && talks.state !== 'with_supplier' && talks.state !== 'minuted';
    return isOver ? null : <p className="muted">{t(isOurs ? 'purchasers_turn' : 'not_your_turn')}</p>;
  }
  const needsWords = wanted === 'minute' || wanted === 'return' || wanted === 'end';
  const isShort = needsWords && text.trim().length < SHORTEST;
  return (
    <div className="stack">
      <div className="row">
        {talks.my_acts.includes('propose') && mayBuyer && <Button onClick={() => setWanted('propose')}>{t('do.propose')}</Button>}
        {others.map((one) => (
          <Button key={one} onClick={() => setWanted(one)}>
            {t(`do.${one}`)}
          </Button>
        ))}
      </div>
      {wanted === 'propose' && (
        <IssuesForm from={table} send={t('send')} busy={act.isPending} pricing={pricing} onSend={(issues) => take({ act: 'propose', issues, text })}>
          <AreaField label={t('note')} optional rows={2} maxLength={4000} value={text} onChange={(event) => setText(event.target.value)} />
        </IssuesForm>
      )}
      {wanted !== null && wanted !== 'propose' && (
        <div className="stack">
          <p>{t(`means.${wanted}`)}</p>
          {needsWords && <AreaField label={t(`words.${wanted}`)} hint={t('at_least', { count: SHORTEST })} rows={4} maxLength={4000} value={text} onChange={(event) => setText(event.target.value)} />}
          <div className="row">
            <Button look="primary" busy={act.isPending} disabled={isShort} onClick={() => take({ act: wanted, text })}>
              {t('really', { what: t(`do.${wanted}`) })}
            </Button>
            <Button look="quiet" onClick={() => setWanted(null)}>
              {t('common:actions.cancel')}
            </Button>
          </div>
        </div>
      )}
      <ProblemAlert error={act.error} />
    </div>
  );
}
