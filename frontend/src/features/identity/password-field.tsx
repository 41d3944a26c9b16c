// A password that can be seen, pasted and filled in by a password manager (WCAG 3.3.8).

import { useState } from 'react';

import { useWords } from '@/i18n/use-words';
import { Button } from '@/ui/button';
import { TextField } from '@/ui/field';

interface PasswordFieldProps {
  label: string;
  hint?: string;
  error?: string | null;
  value: string;
  autoComplete: 'current-password' | 'new-password';
  onChange: (password: string) => void;
}

// The same limit as identity/passwords.py; the server decides.
export const SHORTEST_PASSWORD = 10;

export function PasswordField({ value, onChange, ...field }: PasswordFieldProps) {
  const { t } = useWords('identity');
  const [isShown, setShown] = useState(false);
  return (
    <TextField
      {...field}
      type={isShown ? 'text' : 'password'}
      name="password"
      spellCheck={false}
      autoCapitalize="none"
      value={value}
      onChange={(event) => onChange(event.target.value)}
      inside={
        <Button
          size="small"
          look="quiet"
          aria-label={isShown ? t('common:form.hide_password') : t('common:form.show_password')}
          aria-pressed={isShown}
          onClick={() => setShown(!isShown)}
        >
          {isShown ? t('hide') : t('show')}
        </Button>
      }
    />
  );
}

/** What is wrong with a password to be chosen, or null. */
export function passwordFault(password: string): 'short' | 'same' | null {
  if (password.length < SHORTEST_PASSWORD) return 'short';
  return new Set(password).size > 3 ? null : 'same';
}
