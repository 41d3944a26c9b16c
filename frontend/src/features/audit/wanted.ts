// The filters of the timeline live in the address: a link shows the same entries, and "back" goes back.

import { useMemo } from 'react';
import { useSearchParams } from 'react-router';

import type { Kind, Preset, Wanted } from './queries';

export interface WantedHandle {
  wanted: Wanted;
  isFiltered: boolean;
  change: (changes: Partial<Wanted>) => void;
  clear: () => void;
}

export function useWanted(): WantedHandle {
  const [params, setParams] = useSearchParams();
  const wanted = useMemo<Wanted>(
    () => ({
      tender: params.get('tender'),
      lot: params.get('lot'),
      alias: params.get('alias'),
      actor: params.get('actor'),
      kinds: params.getAll('kind') as Kind[],
      after: params.get('after'),
      before: params.get('before'),
      preset: params.get('preset') as Preset | null,
    }),
    [params],
  );
  const change = (changes: Partial<Wanted>) => {
    const { kinds, ...rest } = { ...wanted, ...changes };
    const next = new URLSearchParams();
    for (const [name, value] of Object.entries(rest)) if (value) next.set(name, value);
    for (const kind of kinds) next.append('kind', kind);
    setParams(next);
  };
  return { wanted, isFiltered: params.size > 0, change, clear: () => setParams({}) };
}
