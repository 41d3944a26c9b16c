// The "?" sheet: all keys of the room, each changeable, all of them to be switched off (SCREENS.md 2.2.6).
import { useState, type KeyboardEvent } from 'react';

import { useWords } from '@/i18n/use-words';
import { Button } from '@/ui/button';
import { CheckField } from '@/ui/field';
import { Sheet } from '@/ui/sheet';

import css from './keys-sheet.module.css';
import { DEFAULT_KEYS, KEY_ACTS, keepBindings, letterOf, rebind, useBindings, type KeyAct } from './room-keys';
import { toggleSetting, useRoomSettings } from './room-settings';

const FIXED = { sheet: '?', typed: 'Enter', back: 'Esc', rows: '↑ ↓', edit: 'F2', draft: 'Enter', row: 'Ctrl+Enter', clear: 'Esc' } as const;

export function KeysSheet({ onClose }: { onClose: () => void }) {
  const { t } = useWords('room-aids');
  const keys = useBindings();
  const settings = useRoomSettings();
  const [changing, setChanging] = useState<KeyAct | null>(null);
  const take = (event: KeyboardEvent, act: KeyAct) => {
    if (changing !== act || event.code === 'Tab') return;
    event.preventDefault();
    event.stopPropagation();
    const next = event.code === 'Escape' ? null : rebind(keys, act, event.code);
    if (next !== null) keepBindings(next);
    if (next !== null || event.code === 'Escape') setChanging(null);
  };
  return (
    <Sheet title={t('keys.title')} onClose={onClose}>
      <CheckField label={t('keys.on')} checked={settings.keys} onChange={() => toggleSetting('keys')} />
      <table className={css['keys']}>
        <tbody>
          {KEY_ACTS.map((act) => (
            <tr key={act}>
              <th scope="row">{t(`keys.${act}`)}</th>
              <td>
                <kbd>Alt</kbd> <kbd>Shift</kbd> <kbd>{letterOf(keys[act])}</kbd>
              </td>
              <td>
                <Button size="small" aria-pressed={changing === act} onClick={() => setChanging(act)} onKeyDown={(event) => take(event, act)} onBlur={() => setChanging(null)}>
                  {t(changing === act ? 'keys.press' : 'keys.change')}
                </Button>
              </td>
            </tr>
          ))}
          {(Object.keys(FIXED) as (keyof typeof FIXED)[]).map((act) => (
            <tr key={act}>
              <th scope="row">{t(`keys.${act}`)}</th>
              <td>
                <kbd>{FIXED[act]}</kbd>
              </td>
              <td />
            </tr>
          ))}
        </tbody>
      </table>
      <p className="muted small">{t('keys.note')}</p>
      <div className="row">
        <Button onClick={() => keepBindings(DEFAULT_KEYS)}>{t('keys.reset')}</Button>
      </div>
    </Sheet>
  );
}
