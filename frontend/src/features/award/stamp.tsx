// The stamp on everything that is tried: never to be taken for the official result.

import { useWords } from '@/i18n/use-words';
import { Tag } from '@/ui/state-tag';

export function Stamp() {
  const { t } = useWords('decision-room');
  return <Tag tone="warn">{t('stamp')}</Tag>;
}
