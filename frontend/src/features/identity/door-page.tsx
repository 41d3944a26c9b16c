// The demo's door: every seat of the house, one click each. Exists only where the demo is seeded.

import { Link, Navigate, useNavigate } from 'react-router';

import { useConfig } from '@/api/config';
import { useMe } from '@/api/session';
import { useWords } from '@/i18n/use-words';
import { useTabTitle } from '@/ui/page-header';
import { ProblemAlert } from '@/ui/problem-alert';
import { QueryView } from '@/ui/query-view';

import css from './door.module.css';
import { useSeats, useTakeSeat, type Seat } from './queries';
import { StaffSeat, SupplierSeat } from './seat-button';

// The seats come first on a phone.
const PHONE_PX = 600;

export default function DoorPage() {
  const { t } = useWords('identity');
  useTabTitle(t('door.title'));
  const config = useConfig();
  if (config.data?.demo === false) return <Navigate to="/sign-in" replace />;
  return (
    <div className={css['door']}>
      <section className={css['hero']} aria-labelledby="door-title">
        <p className={css['kicker']}>{t('door.kicker')}</p>
        <h1 id="door-title" className={css['title']}>
          {t('door.headline')}
        </h1>
        <p className={css['lead']}>{t('door.lead')}</p>
        <ol className={css['steps']}>
          {(['certify', 'bid', 'decide', 'verify'] as const).map((step) => (
            <li key={step}>
              <strong>{t(`door.steps.${step}.title`)}</strong>
              <span>{t(`door.steps.${step}.text`)}</span>
            </li>
          ))}
        </ol>
        <Running />
      </section>
      <Seats />
    </div>
  );
}

// By the demo's scripts (app/demo/showcases.py): what is where, for those who want to see a certain rule at work.
const RUNNING = ['compressors', 'foil', 'freight', 'impellers', 'controllers', 'film'] as const;
// What waits for the visitor's own hand (app/demo/kept.py).
const OTHERS = ['kept', 'due'] as const;

function Running() {
  const { t } = useWords('identity');
  return (
    <details className={css['running']} open={window.innerWidth > PHONE_PX}>
      <summary>{t('door.running_now')}</summary>
      <dl>
        {RUNNING.map((name) => (
          <div key={name}>
            <dt>{t(`door.running.${name}.title`)}</dt>
            <dd>{t(`door.running.${name}.text`)}</dd>
          </div>
        ))}
      </dl>
      <p>{t('door.others')}</p>
      <dl>
        {OTHERS.map((name) => (
          <div key={name}>
            <dt>{t(`door.waiting.${name}.title`)}</dt>
            <dd>{t(`door.waiting.${name}.text`)}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

function Seats() {
  const { t } = useWords('identity');
  const seats = useSeats();
  const take = useTakeSeat();
  const navigate = useNavigate();
  const me = useMe();
  const onTake = (seat: Seat) => {
    take.mutate(seat.seat, { onSuccess: () => void navigate(seat.landing) });
  };
  const busy = take.isPending ? take.variables : null;
  return (
    <section className={css['seats']} aria-labelledby="seats-title">
      <h2 id="seats-title" className={css['seatsTitle']}>
        {t('door.take')}
      </h2>
      <ProblemAlert error={take.error} />
      <QueryView query={seats} lines={8}>
        {(list) => (
          <>
            <h3 className={css['side']}>{t('door.buyer_side')}</h3>
            <ul className={css['staff']}>
              {staffSeats(list).map((seat) => (
                <li key={seat.seat}>
                  <StaffSeat seat={seat} isBusy={busy === seat.seat} onTake={onTake} />
                </li>
              ))}
            </ul>
            <h3 className={css['side']}>{t('door.supplier_side')}</h3>
            <ul className={css['suppliers']}>
              {list.filter((seat) => seat.role === 'supplier').map((seat) => (
                <li key={seat.seat}>
                  <SupplierSeat seat={seat} isBusy={busy === seat.seat} onTake={onTake} />
                </li>
              ))}
            </ul>
          </>
        )}
      </QueryView>
      <p className={css['foot']}>
        {me ? <span>{t('door.seated_as', { name: me.name })}</span> : <Link to="/sign-in">{t('door.with_password')}</Link>}
      </p>
    </section>
  );
}

// In the order of the process.
const ORDER = ['purchaser', 'approver', 'evaluator', 'desk_help', 'desk_relay', 'auditor', 'admin'];

function staffSeats(list: readonly Seat[]): Seat[] {
  return list.filter((seat) => seat.role !== 'supplier').sort((a, b) => ORDER.indexOf(a.role) - ORDER.indexOf(b.role));
}
