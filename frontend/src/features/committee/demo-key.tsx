// The demo alone: key files that the demo has made for its own people, so that one visitor can play every seat.

import { useWords } from '@/i18n/use-words';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';

import type { CommitteeSheet } from './queries';
import { saveJson } from './save-json';

export function DemoKey({ sheet }: { sheet: CommitteeSheet }) {
  const { t } = useWords('committee');
  const held = sheet.demo_key;
  if (held === null || sheet.own_seat === null) return null;
  return (
    <Banner tone="warn" title={t('demo_key.title')} actions={<Button onClick={() => saveJson(`bidroom-committee-key-${sheet.reference}-${String(sheet.own_seat)}.json`, held.file)}>{t('demo_key.save')}</Button>}>
      <p>{t('demo_key.why')}</p>
      <p>
        {t('demo_key.passphrase')} <code>{held.passphrase}</code>
      </p>
    </Banner>
  );
}
