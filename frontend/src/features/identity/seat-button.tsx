// A seat: who sits there and what one does from it.

import { useWords } from '@/i18n/use-words';
import { Icon, type IconName } from '@/ui/icon';

import css from './door.module.css';
import type { Seat } from './queries';

const ICONS: Readonly<Record<string, IconName>> = {
  purchaser: 'tender',
  approver: 'approval',
  auditor: 'timeline',
  admin: 'accounts',
};

interface SeatProps {
  seat: Seat;
  isBusy: boolean;
  onTake: (seat: Seat) => void;
}

export function StaffSeat({ seat, isBusy, onTake }: SeatProps) {
  const { t, find } = useWords('identity');
  return (
    <button type="button" className={css['staffSeat']} aria-busy={isBusy || undefined} onClick={() => onTake(seat)}>
      <span className={css['staffIcon']}>
        <Icon name={ICONS[seat.role] ?? 'account'} size={22} />
      </span>
      <span className={css['staffText']}>
        <span className={css['staffRole']}>{find(`words:roles.${seat.role}`, seat.role)}</span>
        <span className={css['staffName']}>{seat.name}</span>
        <span className={css['staffWhat']}>{find(`door.what.${seat.role}`, t('door.what.other'))}</span>
      </span>
      <Icon name="next" size={16} />
    </button>
  );
}

export function SupplierSeat({ seat, isBusy, onTake }: SeatProps) {
  return (
    <button type="button" className={css['supplierSeat']} aria-busy={isBusy || undefined} onClick={() => onTake(seat)}>
      <Icon name="supplier" size={16} />
      <span>{seat.name}</span>
    </button>
  );
}
