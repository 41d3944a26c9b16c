// How to reach the neutral desk, and what to have at hand: it never asks for an amount (SCREENS.md HD-01).
import { useWords } from '@/i18n/use-words';
import { Facts } from '@/ui/facts';
import { Sheet } from '@/ui/sheet';

import type { LotView } from './lot-view';
import type { RoundInfo } from './room-data';

export function DeskSheet({ info, lot, onClose }: { info: RoundInfo; lot: LotView; onClose: () => void }) {
  const { t } = useWords('room-aids');
  return (
    <Sheet title={t('help.title')} onClose={onClose}>
      <p>{t('help.what')}</p>
      <Facts
        items={[
          { term: t('help.tender'), value: info.tender.reference },
          { term: t('help.lot'), value: String(lot.facts.number) },
          { term: t('help.code'), value: t('help.code_where') },
        ]}
      />
      <p>{t('help.slip')}</p>
      <p className="muted small">{t('help.number')}</p>
    </Sheet>
  );
}
