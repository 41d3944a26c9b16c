// The agreed value of one cell; another one than the rule's needs a reason, and nobody's change is written over unseen.

import { useState } from 'react';

import { asProblem } from '@/api/problem';
import { useWords } from '@/i18n/use-words';
import { announce } from '@/ui/announcer';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { AreaField, TextField } from '@/ui/field';
import { ProblemAlert } from '@/ui/problem-alert';
import { useOnline } from '@/ui/use-online';

import { isSameValue, readValue, wantsReason } from './agreeing';
import css from './evaluation.module.css';
import { useAgree, type ConsensusCell } from './queries';

const LONGEST = 2000;

interface AgreeFormProps {
  tenderId: string;
  lotId: string;
  alias: string;
  cell: ConsensusCell;
}

interface Typed {
  value: string;
  reason: string;
  version: number;
}

export function AgreeForm({ tenderId, lotId, alias, cell }: AgreeFormProps) {
  const { t } = useWords('evaluation');
  const draft = useDraft(`bidroom.consensus.${tenderId}.${lotId}.${alias}.${cell.criterion}`);
  const agree = useAgree(tenderId);
  const isOnline = useOnline();
  const [isAsked, setAsked] = useState(false);
  const typed = draft.typed ?? { value: cell.value, reason: cell.reason, version: cell.version };
  const value = readValue(typed.value);
  const wants = value !== null && wantsReason(cell.rule, value);
  const reason = wants ? typed.reason.trim() : '';
  const isChanged = draft.typed !== null && (!isSameValue(value ?? typed.value, cell.value) || reason !== cell.reason);
  const isMute = wants && reason === '';
  const isStale = isChanged && typed.version !== cell.version;
  const type = (changes: Partial<Typed>) => draft.keep({ ...typed, ...changes });
  const save = () => {
    setAsked(true);
    if (value === null || isMute) return;
    const body = { lot_id: lotId, alias, criterion: cell.criterion, value, reason, version: typed.version };
    agree.mutate(body, {
      onSuccess: () => {
        announce(t('consensus.saved'));
        draft.forget();
        setAsked(false);
      },
    });
  };
  return (
    <form
      className={css['agree']}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <TextField
        label={t('consensus.agreed')}
        inputMode="decimal"
        autoComplete="off"
        value={typed.value}
        error={isAsked && value === null ? t('consensus.not_a_value') : null}
        onChange={(event) => type({ value: event.target.value })}
      />
      {wants && (
        <AreaField
          label={t('consensus.reason')}
          hint={t('consensus.reason_hint', { rule: cell.rule })}
          rows={2}
          maxLength={LONGEST}
          value={typed.reason}
          error={isAsked && isMute ? t('codes:REASON_MISSING') : null}
          onChange={(event) => type({ reason: event.target.value })}
        />
      )}
      {isStale && (
        <Banner
          tone="warn"
          role="alert"
          title={t('common:states.changed_meanwhile')}
          actions={
            <>
              <Button size="small" onClick={() => type({ version: cell.version })}>
                {t('stale.mine')}
              </Button>
              <Button size="small" onClick={draft.forget}>
                {t('stale.theirs')}
              </Button>
            </>
          }
        >
          <p>{t('consensus.there', { value: cell.value })}</p>
          {cell.reason !== '' && <blockquote className={css['said']}>{cell.reason}</blockquote>}
        </Banner>
      )}
      {agree.isError && asProblem(agree.error).code !== 'CHANGED_SINCE' && <ProblemAlert error={agree.error} title={t('common:states.not_saved')} />}
      {isChanged && !isStale && (
        <div className="row">
          <Button type="submit" look="primary" size="small" disabled={!isOnline} busy={agree.isPending}>
            {t('consensus.save')}
          </Button>
          <Button size="small" look="quiet" onClick={draft.forget}>
            {t('consensus.back')}
          </Button>
          {!isOnline && <span className="small muted">{t('common:states.offline')}</span>}
        </div>
      )}
    </form>
  );
}

interface DraftHandle {
  typed: Typed | null;
  keep: (typed: Typed) => void;
  forget: () => void;
}

/** What is typed and not saved stays in the tab: changing the criterion or reloading discards nothing. */
function useDraft(name: string): DraftHandle {
  const [typed, setTyped] = useState<Typed | null>(() => readDraft(name));
  return {
    typed,
    keep: (next) => {
      setTyped(next);
      try {
        sessionStorage.setItem(name, JSON.stringify(next));
      } catch {
        // No storage: it still stands on the page.
      }
    },
    forget: () => {
      setTyped(null);
      sessionStorage.removeItem(name);
    },
  };
}

function readDraft(name: string): Typed | null {
  try {
    const kept = JSON.parse(sessionStorage.getItem(name) ?? 'null') as Partial<Typed> | null;
    if (kept === null || typeof kept.value !== 'string' || typeof kept.reason !== 'string' || typeof kept.version !== 'number') return null;
    return { value: kept.value, reason: kept.reason, version: kept.version };
  } catch {
    return null;
  }
}
