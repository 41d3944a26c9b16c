// The course of one tender as a strip: its phases, and below them each pause and each overtime. A table says the same.

import { HOME_ZONE, formatInstant, toMs } from '@/domain/instant';
import { serverClock } from '@/domain/server-clock';
import { useWords } from '@/i18n/use-words';
import { Instant } from '@/ui/instant';
import { Panel } from '@/ui/panel';
import { TableTwin } from '@/ui/table-twin';

import css from './audit.module.css';
import type { Band, Filters } from './queries';

interface BandsProps {
  bands: readonly Band[];
  filters: Filters | undefined;
}

// A phase of seconds beside one of weeks must still be seen and named.
const LEAST_SHARE = 6;

export function Bands({ bands, filters }: BandsProps) {
  const { t, find } = useWords('audit');
  const nameOf = (band: Band) => {
    if (band.kind === 'phase') return find(`words:phases.${band.phase ?? ''}`, band.phase ?? '');
    const lot = filters?.lots.find((one) => one.id === band.lot)?.number;
    const what = t(`bands.${band.kind}`);
    return lot === undefined ? what : `${what} · ${t('entry.lot', { number: lot })}`;
  };
  const phases = bands.filter((band) => band.kind === 'phase');
  const marks = bands.filter((band) => band.kind !== 'phase');
  return (
    <Panel title={t('bands.title')} note={t('bands.note')}>
      <div className="stack">
        <ol className={css['strip']} aria-label={t('bands.phases')}>
          {sharesOf(phases).map(([band, share]) => (
            <li key={`${band.phase ?? ''}-${band.since}`} className={css['phase']} data-phase={band.phase} style={{ flexGrow: share }}>
              <strong>{nameOf(band)}</strong>
              <span className="num">{formatInstant(band.since, HOME_ZONE, 'minute').slice(5)}</span>
            </li>
          ))}
        </ol>
        {marks.length > 0 && (
          <ul className={css['marks']} aria-label={t('bands.marks')}>
            {marks.map((band) => (
              <li key={`${band.kind}-${band.lot ?? ''}-${band.since}`} data-kind={band.kind}>
                {nameOf(band)} <Instant at={band.since} as="time-second" />
                {band.until && (
                  <>
                    {' – '}
                    <Instant at={band.until} as="time-second" />
                  </>
                )}
              </li>
            ))}
          </ul>
        )}
        <TableTwin
          caption={t('bands.title')}
          rows={bands}
          rowKey={(band) => `${band.kind}-${band.phase ?? band.lot ?? ''}-${band.since}`}
          columns={[
            { key: 'name', title: t('bands.what'), cell: nameOf },
            { key: 'since', title: t('bands.since'), cell: (band) => <Instant at={band.since} as="second" /> },
            { key: 'until', title: t('bands.until'), cell: (band) => (band.until ? <Instant at={band.until} as="second" /> : t('bands.now')) },
          ]}
        />
      </div>
    </Panel>
  );
}

/** Widths by duration, none narrower than can be read. */
function sharesOf(phases: readonly Band[]): [Band, number][] {
  const lengths = phases.map((band) => (band.until ? toMs(band.until) : serverClock.now()) - toMs(band.since));
  const whole = lengths.reduce((sum, length) => sum + Math.max(0, length), 0) || 1;
  return phases.map((band, place) => [band, Math.max(LEAST_SHARE, Math.round((100 * Math.max(0, lengths[place] ?? 0)) / whole))]);
}
