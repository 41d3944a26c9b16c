// Other roles for a colleague: asked for by the administrator, decided by an auditor (ACCESS.md section 3).

import { useState } from 'react';

import type { Role } from '@/domain/roles';
import { useWords } from '@/i18n/use-words';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { AreaField, CheckField } from '@/ui/field';
import { ProblemAlert } from '@/ui/problem-alert';
import { Sheet } from '@/ui/sheet';

import { useChangeRoles, useResetFactors } from './factor-queries';
import type { Account } from './queries';

export const OFFERED_ROLES = ['purchaser', 'approver', 'auditor', 'evaluator', 'admin', 'desk_help', 'desk_relay'] as const satisfies readonly Role[];
type Offered = (typeof OFFERED_ROLES)[number];

/** ACCESS.md section 2: one account with two of these is a trap to be warned of. */
export function warningOf(roles: readonly string[]): 'desk_alone' | 'exclusive' | null {
  if (roles.length > 1 && (roles.includes('desk_help') || roles.includes('desk_relay'))) return 'desk_alone';
  const sides = roles.filter((role) => ['purchaser', 'approver', 'auditor'].includes(role));
  return sides.length > 1 || (roles.includes('evaluator') && roles.includes('approver')) ? 'exclusive' : null;
}

export function RolesSheet({ account, isAlone, onClose }: { account: Account; isAlone: boolean; onClose: () => void }) {
  const { t, find } = useWords('identity');
  const { t: say } = useWords('security');
  const change = useChangeRoles();
  const [roles, setRoles] = useState<readonly Offered[]>(OFFERED_ROLES.filter((role) => (account.pending_roles ?? account.roles).includes(role)));
  const warning = warningOf(roles);
  const toggle = (role: Offered) => setRoles(roles.includes(role) ? roles.filter((each) => each !== role) : [...roles, role]);
  return (
    <Sheet
      title={say('roles.title', { name: account.name })}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>{t('common:actions.cancel')}</Button>
          <Button look="primary" busy={change.isPending} disabled={warning === 'desk_alone'} onClick={() => change.mutate({ id: account.id, roles: [...roles] }, { onSuccess: onClose })}>
            {say(isAlone ? 'roles.grant' : 'roles.ask')}
          </Button>
        </>
      }
    >
      <div className="stack">
        <p>{say(isAlone ? 'roles.alone' : 'roles.four_eyes')}</p>
        <ProblemAlert error={change.error} />
        <fieldset className="stack-tight">
          <legend style={{ fontWeight: 500 }}>{t('account.roles')}</legend>
          {OFFERED_ROLES.map((role) => (
            <CheckField key={role} label={find(`words:roles.${role}`, role)} checked={roles.includes(role)} onChange={() => toggle(role)} />
          ))}
        </fieldset>
        {warning && <Banner tone={warning === 'desk_alone' ? 'bad' : 'warn'}>{t(`accounts.${warning}`)}</Banner>}
      </div>
    </Sheet>
  );
}

export function ResetFactorsSheet({ account, onClose }: { account: Account; onClose: () => void }) {
  const { t } = useWords('security');
  const reset = useResetFactors();
  const [reason, setReason] = useState('');
  const isEnough = reason.trim().length >= 5;
  return (
    <Sheet
      title={t('reset.title', { name: account.name })}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>{t('common:actions.cancel')}</Button>
          <Button look="danger" disabled={!isEnough} busy={reset.isPending} onClick={() => reset.mutate({ id: account.id, reason: reason.trim() }, { onSuccess: onClose })}>
            {t('reset.do')}
          </Button>
        </>
      }
    >
      <div className="stack">
        <p>{t('reset.effect')}</p>
        <ProblemAlert error={reset.error} />
        <AreaField label={t('reset.reason')} hint={t('reset.reason_hint')} maxLength={500} value={reason} onChange={(event) => setReason(event.target.value)} />
      </div>
    </Sheet>
  );
}
