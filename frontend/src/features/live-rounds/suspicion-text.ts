// The slip that an amount looks like, as a question to its typist (SCREENS.md LR-23).
import type { Suspicion } from '@/domain/guard';
import { unitText } from '@/domain/units';
import type { Words } from '@/i18n/use-words';

import { moneyText, taxKey } from './lot-view';
import type { RoundLot, RoundTender } from './room-data';

export function suspicionText(suspicion: Suspicion, lot: RoundLot, tender: RoundTender, { t, lang }: Words<'live-rounds'>): string {
  switch (suspicion.kind) {
    case 'factor':
      return t('guard.factor', { factor: suspicion.factor, way: t(suspicion.more ? 'guard.large' : 'guard.small') });
    case 'vat':
      return t(suspicion.more ? 'guard.vat_more' : 'guard.vat_less', { rate: suspicion.rate.padStart(2, '0'), tax: t(taxKey(tender)) });
    case 'total_as_unit':
      return t('guard.total_as_unit', { unit: unitText(lang, lot.unit) });
    case 'other_lot':
      return t('guard.other_lot', { lot: suspicion.lot });
    case 'own_floor':
      return t('guard.own_floor', { floor: moneyText(suspicion.floor, tender.currency) });
  }
}
