// The declaration before anything is seen: no conflict, or a conflict in words; a conflict ends the part one takes.

import { useState } from 'react';

import { useWords } from '@/i18n/use-words';
import { announce } from '@/ui/announcer';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { AreaField } from '@/ui/field';
import { Panel } from '@/ui/panel';
import { ProblemAlert } from '@/ui/problem-alert';
import { Sheet } from '@/ui/sheet';
import { Empty } from '@/ui/states';
import { useOnline } from '@/ui/use-online';
import page from '@/ui/working-page.module.css';

import css from './evaluation.module.css';
import { useDeclare } from './queries';

const LONGEST = 2000;

export function DeclarePanel({ tenderId }: { tenderId: string }) {
  const { t } = useWords('evaluation');
  const [conflict, setConflict] = useState<boolean | null>(null);
  const [text, setText] = useState('');
  const [isAsked, setAsked] = useState(false);
  const declare = useDeclare(tenderId);
  const isOnline = useOnline();
  const isMute = conflict === true && text.trim() === '';
  const submit = () => {
    setAsked(true);
    if (conflict === null || isMute) return;
    declare.mutate({ has_conflict: conflict, text: conflict ? text.trim() : '' }, { onSuccess: () => announce(t('declare.done')) });
  };
  return (
    <Panel title={t('declare.title')}>
      <form
        className={css['declare']}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <p>{t('declare.why')}</p>
        <ul className={css['points']}>
          <li>{t('declare.what_work')}</li>
          <li>{t('declare.what_money')}</li>
          <li>{t('declare.what_people')}</li>
        </ul>
        <fieldset className="stack-tight">
          <legend className={css['legend']}>{t('declare.legend')}</legend>
          {([false, true] as const).map((value) => (
            <label key={String(value)} className={page['pick']}>
              <input type="radio" name="conflict" checked={conflict === value} onChange={() => setConflict(value)} />
              <span>{t(value ? 'declare.yes' : 'declare.no')}</span>
            </label>
          ))}
          {isAsked && conflict === null && (
            <p role="alert" className={css['lack']}>
              {t('declare.choose')}
            </p>
          )}
        </fieldset>
        {conflict === true && (
          <AreaField
            label={t('declare.text')}
            hint={t('declare.text_hint')}
            value={text}
            maxLength={LONGEST}
            error={isAsked && isMute ? t('codes:REASON_MISSING') : null}
            onChange={(event) => setText(event.target.value)}
          />
        )}
        <ProblemAlert error={declare.error} title={declare.isError ? t('common:states.not_saved') : undefined} />
        {!isOnline && <Banner tone="warn">{t('common:states.offline')}</Banner>}
        <div>
          <Button type="submit" look="primary" size="large" disabled={!isOnline} busy={declare.isPending}>
            {t(conflict === true ? 'declare.recuse' : 'declare.start')}
          </Button>
        </div>
        <p className="small muted">{t('declare.binding')}</p>
      </form>
    </Panel>
  );
}

/** A conflict that comes up later: it may be declared until the scores are locked. */
export function LateConflict({ tenderId }: { tenderId: string }) {
  const { t } = useWords('evaluation');
  const [isOpen, setOpen] = useState(false);
  const [text, setText] = useState('');
  const [isAsked, setAsked] = useState(false);
  const declare = useDeclare(tenderId);
  const submit = () => {
    setAsked(true);
    if (text.trim() !== '') declare.mutate({ has_conflict: true, text: text.trim() }, { onSuccess: () => announce(t('declare.done')) });
  };
  return (
    <div>
      <Button size="small" look="quiet" onClick={() => setOpen(true)}>
        {t('declare.late')}
      </Button>
      {isOpen && (
        <Sheet
          title={t('declare.late')}
          onClose={() => setOpen(false)}
          foot={
            <div className="row">
              <Button look="danger" busy={declare.isPending} onClick={submit}>
                {t('declare.recuse')}
              </Button>
              <Button onClick={() => setOpen(false)}>{t('common:actions.cancel')}</Button>
            </div>
          }
        >
          <div className="stack">
            <p>{t('declare.late_why')}</p>
            <AreaField
              label={t('declare.text')}
              hint={t('declare.text_hint')}
              value={text}
              maxLength={LONGEST}
              error={isAsked && text.trim() === '' ? t('codes:REASON_MISSING') : null}
              onChange={(event) => setText(event.target.value)}
            />
            <ProblemAlert error={declare.error} title={declare.isError ? t('common:states.not_saved') : undefined} />
          </div>
        </Sheet>
      )}
    </div>
  );
}

/** Who declared a conflict sees nothing of the offers, and why. */
export function RecusedPanel() {
  const { t } = useWords('evaluation');
  return (
    <Panel>
      <Empty icon="lock" title={t('recused.title')}>
        {t('recused.why')}
      </Empty>
    </Panel>
  );
}

export function NotOpenPanel() {
  const { t } = useWords('evaluation');
  return (
    <Panel>
      <Empty icon="seal" title={t('waiting.title')}>
        {t('waiting.why')}
      </Empty>
    </Panel>
  );
}
