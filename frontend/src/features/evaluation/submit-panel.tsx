// How far the sheet is, what is missing, and the submission that locks it.

import { useState } from 'react';

import { offerNumber } from '@/domain/technical-offers';
import { useWords } from '@/i18n/use-words';
import { announce } from '@/ui/announcer';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { ProblemAlert } from '@/ui/problem-alert';
import { Sheet as Dialog } from '@/ui/sheet';
import { useOnline } from '@/ui/use-online';
import page from '@/ui/working-page.module.css';

import { countOf, missingOf, placesOf, type Missing } from './cells';
import css from './evaluation.module.css';
import type { Cell, MarkKeeper } from './mark-keeper';
import { useSubmitSheet, type Sheet } from './queries';

// More would be a second sheet.
const MOST_LISTED = 12;

interface SubmitPanelProps {
  sheet: Sheet;
  keeper: MarkKeeper;
  cells: ReadonlyMap<string, Cell>;
  isAsked: boolean;
  onAsk: () => void;
  onGo: (missing: Missing) => void;
}

export function SubmitPanel({ sheet, keeper, cells, isAsked, onAsk, onGo }: SubmitPanelProps) {
  const { t } = useWords('evaluation');
  const [isSure, setSure] = useState(false);
  const isOnline = useOnline();
  const valueOf = keeper.cell.bind(keeper);
  const count = countOf(placesOf(sheet), valueOf);
  const missing = missingOf(sheet, valueOf);
  const states = [...cells.values()].map((cell) => cell.state);
  const unsent = states.filter((state) => state === 'waiting' || state === 'sending' || state === 'offline' || state === 'stale' || state === 'refused').length;
  const isBlocked = missing.length > 0 || unsent > 0;
  const ask = () => {
    onAsk();
    if (!isBlocked) setSure(true);
  };
  return (
    <section className={css['submit']} aria-label={t('submit.title')}>
      <div className={css['submitLine']}>
        <div className={css['submitDone']}>
          <p className="num">{t('submit.done', { done: count.done, total: count.total })}</p>
          <progress className={page['bar']} max={count.total || 1} value={count.done} aria-label={t('submit.progress')} />
        </div>
        <p className={css['submitEffect']}>{t('submit.effect')}</p>
        <Button look="primary" size="large" icon="lock" disabled={!isOnline} onClick={ask}>
          {t('submit.button')}
        </Button>
      </div>
      {(!isOnline || states.includes('offline')) && (
        <Banner tone="warn" role="status">
          {t('submit.offline')}
        </Banner>
      )}
      {isAsked && missing.length > 0 && <MissingList missing={missing} isMany={sheet.lots.length > 1} onGo={onGo} />}
      {isAsked && missing.length === 0 && unsent > 0 && <Banner tone="warn">{t('submit.unsent', { count: unsent })}</Banner>}
      {isSure && <Confirm sheet={sheet} total={count.total} onClose={() => setSure(false)} />}
    </section>
  );
}

function MissingList({ missing, isMany, onGo }: { missing: readonly Missing[]; isMany: boolean; onGo: (missing: Missing) => void }) {
  const { t } = useWords('evaluation');
  const rest = missing.length - MOST_LISTED;
  return (
    <div className="stack-tight" role="alert">
      <p className={css['lack']}>{t('submit.missing', { count: missing.length })}</p>
      <ul className={css['missing']}>
        {missing.slice(0, MOST_LISTED).map((one) => (
          <li key={`${one.lot}-${one.alias}-${one.criterion}`}>
            <button type="button" className={css['jump']} onClick={() => onGo(one)}>
              {isMany && `${t('lot', { number: one.lotNumber })} · `}
              {t('grid.cell', { offer: t('offer', { number: offerNumber(one.alias) }), number: one.criterionNumber })}
              {' – '}
              {t(`submit.lack.${one.lack}`)}
            </button>
          </li>
        ))}
      </ul>
      {rest > 0 && <p className="small muted">{t('submit.more', { count: rest })}</p>}
    </div>
  );
}

function Confirm({ sheet, total, onClose }: { sheet: Sheet; total: number; onClose: () => void }) {
  const { t } = useWords('evaluation');
  const submit = useSubmitSheet(sheet.tender_id);
  const send = () =>
    submit.mutate(undefined, {
      onSuccess: () => {
        announce(t('submit.sent'));
        onClose();
      },
    });
  return (
    <Dialog
      title={t('submit.sure')}
      onClose={onClose}
      foot={
        <div className="row">
          <Button look="primary" icon="lock" busy={submit.isPending} onClick={send}>
            {t('submit.button')}
          </Button>
          <Button onClick={onClose}>{t('common:actions.cancel')}</Button>
        </div>
      }
    >
      <div className="stack">
        <p>{t('submit.sure_what', { count: total })}</p>
        <p>{t('submit.effect')}</p>
        <ProblemAlert error={submit.error} />
      </div>
    </Dialog>
  );
}
