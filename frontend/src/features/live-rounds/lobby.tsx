// Before the round opens (SCREENS.md SP-04): what of oneself is ready, what is next. Nothing tells that others are here.
import { useQuery } from '@tanstack/react-query';

import { send } from '@/api/client';
import { formatInstant, viewerZone } from '@/domain/instant';
import { useWords } from '@/i18n/use-words';
import { ButtonLink } from '@/ui/button';
import { Icon } from '@/ui/icon';
import { Panel } from '@/ui/panel';
import { useServerNow } from '@/ui/use-server-now';

import { isDeviceReady } from './device-check';
import css from './practice.module.css';
import type { RoundInfo } from './room-data';

interface Readiness {
  passed_until: string | null;
  representatives: number;
}

interface Item {
  name: string;
  isDone: boolean;
  text: string;
  to?: { path: string; label: string };
}

export function Lobby({ info }: { info: RoundInfo }) {
  const { t } = useWords('room-aids');
  const ready = useQuery({
    queryKey: ['readiness', info.id],
    queryFn: () => send<Readiness>('GET', `/api/rounds/${info.id}/readiness`),
    refetchOnWindowFocus: true,
  });
  const items = useItems(info, ready.data);
  const done = items.filter((item) => item.isDone).length;
  return (
    <div className={css['lobby']}>
      <Panel title={t('lobby.title')} note={t('lobby.count', { done, all: items.length })}>
        <ul className={css['checks']}>
          {items.map((item) => (
            <li key={item.name} data-state={item.isDone ? 'good' : 'weak'}>
              <Icon name={item.isDone ? 'check' : 'warn'} size={16} />
              <span>{item.text}</span>
              {!item.isDone && item.to !== undefined && (
                <ButtonLink size="small" to={item.to.path}>
                  {item.to.label}
                </ButtonLink>
              )}
            </li>
          ))}
        </ul>
        <p className="muted small">{t('lobby.why')}</p>
      </Panel>
    </div>
  );
}

function useItems(info: RoundInfo, ready: Readiness | undefined): Item[] {
  const { t } = useWords('room-aids');
  const now = useServerNow();
  const practice = { path: '/practice', label: t('lobby.to_practice') };
  const until = ready?.passed_until ?? null;
  const hasDevice = isDeviceReady(now);
  const hasDeputy = (ready?.representatives ?? 0) > 1;
  return [
    // Nobody enters without having accepted the terms, and after a sealed round nobody without a price that counts.
    { name: 'terms', isDone: true, text: t('lobby.terms') },
    ...(startsFromSealed(info) ? [{ name: 'price', isDone: true, text: t('lobby.price') }] : []),
    {
      name: 'practice',
      isDone: until !== null,
      text: until === null ? t('lobby.practice') : t('lobby.practice_done', { date: formatInstant(until, viewerZone(), 'date') }),
      to: practice,
    },
    { name: 'device', isDone: hasDevice, text: t(hasDevice ? 'lobby.device_done' : 'lobby.device'), to: practice },
    { name: 'deputy', isDone: hasDeputy, text: t(hasDeputy ? 'lobby.deputy_done' : 'lobby.deputy') },
  ];
}

function startsFromSealed({ rules }: RoundInfo): boolean {
  return 'starts_from' in rules;
}
