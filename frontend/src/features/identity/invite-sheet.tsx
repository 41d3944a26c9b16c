// Inviting a colleague: a one-time link goes out by mail in the language chosen.

import { useState } from 'react';

import { useWords } from '@/i18n/use-words';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { CheckField, SelectField, TextField } from '@/ui/field';
import { ProblemAlert } from '@/ui/problem-alert';
import { Sheet } from '@/ui/sheet';

import { useInviteStaff } from './queries';
import { OFFERED_ROLES as OFFERED, warningOf } from './roles-sheet';

export function InviteSheet({ isAlone, onClose }: { isAlone: boolean; onClose: () => void }) {
  const { t, lang, find } = useWords('identity');
  const { t: say } = useWords('security');
  const invite = useInviteStaff();
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [locale, setLocale] = useState(lang);
  const [roles, setRoles] = useState<readonly (typeof OFFERED)[number][]>(['purchaser']);
  const [isAsked, setAsked] = useState(false);
  const warning = warningOf(roles);
  const isMail = /^\S+@\S+\.\S+$/.test(email.trim());
  const submit = () => {
    setAsked(true);
    if (!name.trim() || !isMail || roles.length === 0) return;
    invite.mutate({ name: name.trim(), email: email.trim(), roles: [...roles], locale }, { onSuccess: onClose });
  };
  const toggle = (role: (typeof OFFERED)[number]) => {
    setRoles(roles.includes(role) ? roles.filter((each) => each !== role) : [...roles, role]);
  };
  return (
    <Sheet
      title={t('accounts.invite')}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>{t('common:actions.cancel')}</Button>
          <Button look="primary" busy={invite.isPending} onClick={submit}>
            {t('accounts.send')}
          </Button>
        </>
      }
    >
      <form
        className="stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <ProblemAlert error={invite.error} />
        <TextField label={t('name')} value={name} error={isAsked && !name.trim() ? t('common:form.required') : null} onChange={(event) => setName(event.target.value)} />
        <TextField
          label={t('email')}
          type="email"
          value={email}
          error={isAsked && !isMail ? t('common:form.invalid_email') : null}
          onChange={(event) => setEmail(event.target.value)}
        />
        <fieldset className="stack-tight">
          <legend style={{ fontWeight: 500 }}>{t('account.roles')}</legend>
          {OFFERED.map((role) => (
            <CheckField key={role} label={find(`words:roles.${role}`, role)} checked={roles.includes(role)} onChange={() => toggle(role)} />
          ))}
        </fieldset>
        <p className="muted small">{say(isAlone ? 'roles.alone' : 'roles.four_eyes')}</p>
        {warning && <Banner tone={warning === 'desk_alone' ? 'bad' : 'warn'}>{t(`accounts.${warning}`)}</Banner>}
        {isAsked && roles.length === 0 && <Banner tone="bad">{t('accounts.no_role')}</Banner>}
        <SelectField
          label={t('accounts.letter_language')}
          value={locale}
          onChange={(event) => setLocale(event.target.value === 'en' ? 'en' : 'zh')}
          options={[
            { value: 'zh', label: t('common:language.zh') },
            { value: 'en', label: t('common:language.en') },
          ]}
        />
        <button type="submit" hidden />
      </form>
    </Sheet>
  );
}
