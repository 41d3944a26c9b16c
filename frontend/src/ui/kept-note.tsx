// Says that a form shows what was typed here and not sent, and whether the house holds something newer.

import { useWords } from '@/i18n/use-words';

import { Banner } from './banner';
import { Button } from './button';
import type { Kept } from './use-kept';

export function KeptNote({ kept }: { kept: Pick<Kept<object>, 'isKept' | 'isOutdated' | 'forget'> }) {
  const { t } = useWords();
  if (!kept.isKept) return null;
  return (
    <Banner tone={kept.isOutdated ? 'warn' : 'calm'} role="status">
      <p>{t(kept.isOutdated ? 'common:kept.outdated' : 'common:kept.unsaved')}</p>
      <Button size="small" onClick={kept.forget}>
        {t('common:kept.drop')}
      </Button>
    </Banner>
  );
}
