// Inviting evaluators: staff who may evaluate and are not in the panel yet; several at once.

import { useState } from 'react';

import { useWords } from '@/i18n/use-words';
import { announce } from '@/ui/announcer';
import { Button } from '@/ui/button';
import { CheckField } from '@/ui/field';
import { Panel } from '@/ui/panel';
import { ProblemAlert } from '@/ui/problem-alert';
import { useOnline } from '@/ui/use-online';

import css from './evaluation.module.css';
import { useCallPanel, type PanelView } from './queries';
import { seated } from './seating';

export function InvitePanel({ panel }: { panel: PanelView }) {
  const { t } = useWords('evaluation');
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const invite = useCallPanel(panel.tender_id);
  const isOnline = useOnline();
  // In the order of choosing: the first is the chair.
  const ids = [...chosen].filter((id) => panel.candidates.some((one) => one.account_id === id));
  const toggle = (id: string) => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    setChosen(next);
  };
  const send = () =>
    invite.mutate([...seated(panel.members), ...ids], {
      onSuccess: () => {
        announce(t('panel.invited'));
        setChosen(new Set());
      },
    });
  return (
    <Panel title={t('panel.invite')}>
      {panel.candidates.length === 0 ? (
        <p className="muted">{t('panel.nobody')}</p>
      ) : (
        <div className="stack">
          <p className="muted">{t('panel.invite_how')}</p>
          <fieldset className={css['candidates']}>
            <legend className="visually-hidden">{t('panel.invite')}</legend>
            {panel.candidates.map((one) => (
              <CheckField key={one.account_id} label={one.name} checked={chosen.has(one.account_id)} onChange={() => toggle(one.account_id)} />
            ))}
          </fieldset>
          <ProblemAlert error={invite.error} title={invite.isError ? t('common:states.not_saved') : undefined} />
          <div>
            <Button look="primary" disabled={ids.length === 0 || !isOnline} busy={invite.isPending} onClick={send}>
              {ids.length === 0 ? t('panel.invite_none') : t('panel.invite_some', { count: ids.length })}
            </Button>
          </div>
        </div>
      )}
    </Panel>
  );
}
