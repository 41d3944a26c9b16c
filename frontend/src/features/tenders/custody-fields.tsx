// Whose custody the sealed round is in: the server's alone, or k of n committee members beside it. Simple by default.

import { useWords } from '@/i18n/use-words';
import { Button } from '@/ui/button';
import { SelectField } from '@/ui/field';

import type { SectionProps } from './section-props';
import css from './builder.module.css';
import { DraftNumber, DraftSelect } from './draft-field';
import { changeSealed, sealedOf } from './evaluation-edit';

const SEATS = ['purchasing', 'technical', 'finance', 'quality', 'audit', 'legal', 'external'] as const;
type Seat = (typeof SEATS)[number];
const USUAL = { k: 3, seats: ['audit', 'technical', 'finance', 'legal', 'external'] as Seat[] };
const MOST = 9;

export function CustodyFields({ draft, change, faults, isTried }: Omit<SectionProps, 'tenderId'>) {
  const { t } = useWords('tenders');
  const sealed = sealedOf(draft);
  const committee = sealed.committee ?? USUAL;
  const seats = committee.seats ?? [];
  const place = (name: string) => ({ path: `sealed.${name}`, faults, isTried });
  const set = (part: Parameters<typeof changeSealed>[1]) => change((before) => changeSealed(before, part));
  const setSeats = (chosen: Seat[]) => set({ committee: { ...committee, seats: chosen } });
  const own = faults.filter((fault) => fault.field === 'sealed.committee.seats' || fault.field === 'sealed.committee');
  return (
    <div className="stack">
      <div className={css['fields']}>
        <DraftSelect
          {...place('custody')}
          label={t('custody.label')}
          value={sealed.custody}
          onValue={(custody) => set(custody === 'committee' ? { custody: 'committee', committee } : { custody: 'server' })}
          options={(['server', 'committee'] as const).map((value) => ({ value, label: t(`custody.${value}`) }))}
        />
        {sealed.custody === 'committee' && (
          <DraftNumber {...place('committee.k')} label={t('custody.k')} hint={t('custody.k_hint', { n: seats.length })} value={committee.k ?? USUAL.k} onNumber={(k) => set({ committee: { ...committee, k } })} />
        )}
      </div>
      {sealed.custody === 'server' && <p className="small muted">{t('words:custody.server')}</p>}
      {sealed.custody === 'committee' && (
        <fieldset className="stack">
          <legend>{t('custody.seats')}</legend>
          <p className="small muted">{t('custody.seats_hint')}</p>
          {seats.map((seat, at) => (
            <div key={`${String(at)}-${seat}`} className={`row ${css['seatRow'] ?? ''}`}>
              <SelectField
                label={t('custody.seat', { number: at + 1 })}
                value={seat}
                options={SEATS.map((value) => ({ value, label: t(`words:seats.${value}`) }))}
                onChange={(event) => setSeats(seats.map((each, index) => (index === at ? (event.target.value as Seat) : each)))}
              />
              <Button look="quiet" icon="close" onClick={() => setSeats(seats.filter((_, index) => index !== at))}>
                {t('custody.remove')}
              </Button>
            </div>
          ))}
          {isTried &&
            own.map((fault) => (
              <p key={fault.code} className="small" role="alert">
                {t(`faults.${fault.code as 'NO_MAJORITY'}`)}
              </p>
            ))}
          {seats.length < MOST && (
            <div className="row">
              <Button icon="plus" onClick={() => setSeats([...seats, 'external'])}>
                {t('custody.add')}
              </Button>
            </div>
          )}
        </fieldset>
      )}
    </div>
  );
}
