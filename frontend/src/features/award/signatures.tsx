// The signatures of both sides (SCREENS.md SP-10, PL-12): what is signed, what a provider has in hand, and the form to sign.

import { useState } from 'react';

import { useWords } from '@/i18n/use-words';
import { announce } from '@/ui/announcer';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { TextField } from '@/ui/field';
import { Instant } from '@/ui/instant';
import { ProblemAlert } from '@/ui/problem-alert';
import { Tag } from '@/ui/state-tag';

import { useAct, type Agreements, type Contract } from './contract-queries';
import css from './contract.module.css';

const SIDES = ['supplier', 'buyer'] as const;

type SideName = (typeof SIDES)[number];

interface Props {
  sheet: Agreements;
  held: Contract;
}

export function Signatures({ sheet, held }: Props) {
  const { t } = useWords('contract');
  const isSigning = held.state === 'pending';
  if (!isSigning && held.signatures.length === 0) return null;
  return (
    <section className="stack" aria-label={t('signatures')}>
      <h3>{t('signatures')}</h3>
      <ul className={css['signatures']}>
        {SIDES.map((side) => (
          <li key={side} className={css['signature']}>
            <Side sheet={sheet} held={held} side={side} />
          </li>
        ))}
      </ul>
      {isSigning && held.is_standstill && <Banner title={t('standstill')}>{t('standstill_why', { day: held.last_day })}</Banner>}
      {held.can_sign && <Sign sheet={sheet} held={held} />}
    </section>
  );
}

function Side({ sheet, held, side }: Props & { side: SideName }) {
  const { t } = useWords('contract');
  const signed = held.signatures.find((one) => one.side === side);
  const isAsked = held.requests.some((one) => one.side === side && one.state === 'open');
  return (
    <>
      <p className="spread">
        <strong>{t(`sides.${side}`)}</strong>
        <Tag tone={signed ? 'good' : 'calm'}>{t(signed ? 'is_signed' : isAsked ? 'with_provider' : 'not_signed')}</Tag>
      </p>
      {signed ? (
        <>
          <p className={css['signatory']}>
            {signed.signatory} <span className="muted">{signed.title}</span>
          </p>
          <p className="small muted">
            <Instant at={signed.at} as="second" named />
          </p>
          {signed.method !== 'built_in' && <p className="small muted">{t('by_provider', { name: signed.method })}</p>}
        </>
      ) : (
        <InHand sheet={sheet} held={held} side={side} />
      )}
    </>
  );
}

/** What a provider was asked for, in plain words: where it is, whether anything is to be done. */
function InHand({ sheet, held, side }: Props & { side: SideName }) {
  const { t } = useWords('contract');
  const act = useAct(sheet.tender_id);
  const asked = held.requests.find((one) => one.side === side);
  if (asked === undefined || asked.state === 'confirmed') return null;
  const own = sheet.side === 'supplier' ? 'my/' : '';
  const name = asked.provider;
  if (asked.state !== 'open') return <p className="small">{t(`asked.${asked.state}`, { name })}</p>;
  return (
    <div className="stack-tight">
      <p>
        {asked.signatory} <span className="small muted"><Instant at={asked.asked_at} named /></span>
      </p>
      {asked.is_down ? (
        <Banner tone="warn" title={t('asked.down', { name })}>
          {t('asked.down_why')}
        </Banner>
      ) : (
        <p className="small">{t('asked.open', { name })}</p>
      )}
      {asked.can_withdraw && (
        <p>
          <Button look="quiet" busy={act.isPending} onClick={() => act.mutate({ path: `${own}contracts/${held.id}/signature/withdrawal` })}>
            {t('asked.withdraw')}
          </Button>
        </p>
      )}
      <ProblemAlert error={act.error} />
    </div>
  );
}

function Sign({ sheet, held }: Props) {
  const { t } = useWords('contract');
  const act = useAct(sheet.tender_id);
  const [signatory, setSignatory] = useState('');
  const [title, setTitle] = useState('');
  const [isAsked, setAsked] = useState(false);
  const path = `${sheet.side === 'supplier' ? 'my/' : ''}contracts/${held.id}/signature`;
  const said = t(held.provider === null ? 'signed' : 'asked.sent');
  const sign = () => {
    setAsked(true);
    if (signatory.trim() !== '') act.mutate({ path, body: { digest: held.digest, signatory, title } }, { onSuccess: () => announce(said) });
  };
  return (
    <section className="stack" aria-label={t('sign')}>
      <p>{held.provider === null ? t('sign_why') : t('sign_with', { name: held.provider })}</p>
      <div className={css['issues']}>
        <TextField label={t('signatory')} maxLength={200} value={signatory} error={isAsked && signatory.trim() === '' ? t('common:form.required') : null} onChange={(event) => setSignatory(event.target.value)} />
        <TextField label={t('position')} optional maxLength={200} value={title} onChange={(event) => setTitle(event.target.value)} />
      </div>
      <ProblemAlert error={act.error} />
      <div className="row">
        <Button look="primary" busy={act.isPending} onClick={sign}>
          {t('sign')}
        </Button>
      </div>
    </section>
  );
}
