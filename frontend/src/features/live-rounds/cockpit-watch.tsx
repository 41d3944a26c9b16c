// The alerts of the cockpit and the rules they come from (CK-09). A reader's own: kept on this device, told to nobody.
import { useEffect, useRef, useState } from 'react';

import { useWords, type Words } from '@/i18n/use-words';
import { announce } from '@/ui/announcer';
import { Button } from '@/ui/button';
import { TextField } from '@/ui/field';
import { Icon } from '@/ui/icon';
import { useServerNow } from '@/ui/use-server-now';

import { alertsOf, keepRules, keptRules, thresholdOf, type Alert, type AlertRules } from './cockpit-alerts';
import type { CockpitInfo } from './cockpit-data';
import type { WatchedLot } from './cockpit-lot';
import css from './cockpit-watch.module.css';
import { moneyText, percentOf } from './lot-view';

const LOOKED_EVERY_MS = 5_000;

interface WatchProps {
  info: CockpitInfo;
  lots: readonly WatchedLot[];
  onLook: (alert: Alert) => void;
}

export function CockpitWatch({ info, lots, onLook }: WatchProps) {
  const words = useWords('cockpit');
  const { t } = words;
  const now = useServerNow(LOOKED_EVERY_MS);
  const [rules, setRules] = useState(() => keptRules(localStorage));
  const [aside, setAside] = useState<ReadonlySet<string>>(new Set());
  const alerts = alertsOf(lots, rules, now, (info.rules.basis ?? 'price') === 'price').filter((alert) => !aside.has(alert.key));
  useSpoken(alerts, (alert) => alertText(alert, info, words));
  const change = (next: AlertRules) => {
    setRules(next);
    keepRules(localStorage, next);
  };
  return (
    <section className={css['watch']} aria-label={t('alerts.title')}>
      {alerts.length > 0 && (
        <ul className={css['alerts']}>
          {alerts.map((alert) => (
            <li key={alert.key}>
              <Icon name="warn" size={16} />
              <span>
                {lots.length > 1 && <b>{t('acts.lot_short', { number: alert.lotNumber })} </b>}
                {alertText(alert, info, words)}
              </span>
              {alert.at !== null && (
                <Button size="small" look="quiet" icon="chart" onClick={() => onLook(alert)}>
                  {t('alerts.look')}
                </Button>
              )}
              <Button size="small" look="quiet" onClick={() => setAside((before) => new Set([...before, alert.key]))}>
                {t('alerts.aside')}
              </Button>
            </li>
          ))}
        </ul>
      )}
      <details className={css['rules']}>
        <summary>
          <b>{t('alerts.title')}</b> {alerts.length === 0 ? t('alerts.none') : t('alerts.count', { count: alerts.length })} <span className={css['open']}>{t('alerts.rules')}</span>
        </summary>
        <div className={css['fields']}>
          <Threshold label={t('alerts.quiet_rule')} value={rules.quietMinutes === null ? '' : String(rules.quietMinutes)} onChange={(value) => change({ ...rules, quietMinutes: value === null ? null : Number(value) })} />
          <Threshold label={t('alerts.gap_rule')} value={rules.gapPercent ?? ''} onChange={(value) => change({ ...rules, gapPercent: value })} />
          <Threshold label={t('alerts.drop_rule')} value={rules.dropPercent ?? ''} onChange={(value) => change({ ...rules, dropPercent: value })} />
        </div>
        <p className="small muted">{t('alerts.own')}</p>
      </details>
    </section>
  );
}

function Threshold({ label, value, onChange }: { label: string; value: string; onChange: (value: string | null) => void }) {
  const { t } = useWords('cockpit');
  const [typed, setTyped] = useState(value);
  const read = thresholdOf(typed);
  return (
    <TextField
      label={label}
      inputMode="decimal"
      value={typed}
      onChange={(event) => {
        setTyped(event.target.value);
        const next = thresholdOf(event.target.value);
        if (next !== undefined) onChange(next);
      }}
      error={read === undefined ? t('codes:OUT_OF_RANGE') : null}
    />
  );
}

/** A new alert is said once. */
function useSpoken(alerts: readonly Alert[], say: (alert: Alert) => string) {
  const spoken = useRef<Set<string>>(new Set());
  const keys = alerts.map((alert) => alert.key).join(' ');
  useEffect(() => {
    const fresh = alerts.filter((alert) => !spoken.current.has(alert.key));
    for (const alert of fresh) spoken.current.add(alert.key);
    if (fresh.length > 0) announce(fresh.map(say).join(' '));
    // The keys say which alerts there are; texts change with every minute and need no second saying.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [keys]);
}

function alertText(alert: Alert, info: CockpitInfo, { t }: Words<'cockpit'>): string {
  const amount = alert.amount === undefined ? '' : moneyText(alert.amount, info.tender.currency);
  const key = alert.kind === 'drop' && alert.alias === '' ? 'drop_best' : alert.kind;
  return t(`alerts.${key}`, { count: alert.minutes ?? 0, percent: percentOf(alert.percent ?? null), alias: alert.alias ?? '', amount });
}
