// The tender's time zone, from its frozen document; the house's own where there is none.

import type { StaffTender, SupplierTender } from './queries';

export function zoneOf({ document }: Pick<StaffTender | SupplierTender, 'document'>): { zone?: string } {
  const zone = document?.['time_zone'];
  return typeof zone === 'string' ? { zone } : {};
}
