// One keeper for the sheet on the page: fed by the server's answers, awake again with the connection.

import { useEffect, useState, useSyncExternalStore } from 'react';

import { useSignedIn } from '@/api/session';

import { MarkKeeper, type Cell } from './mark-keeper';
import { putMark, readSheet, type Sheet } from './queries';

export interface KeeperHandle {
  keeper: MarkKeeper;
  cells: ReadonlyMap<string, Cell>;
}

export function useKeeper(sheet: Sheet): KeeperHandle {
  const me = useSignedIn();
  const id = sheet.tender_id;
  const [keeper] = useState(() => {
    const made = new MarkKeeper({
      put: (body) => putMark(id, body),
      read: () => readSheet(id),
      storage: localStorage,
      owner: `${me.account_id}.${id}`,
    });
    made.adopt(sheet);
    return made;
  });
  useEffect(() => keeper.adopt(sheet), [keeper, sheet]);
  useEffect(() => {
    const again = () => keeper.retry();
    window.addEventListener('online', again);
    return () => window.removeEventListener('online', again);
  }, [keeper]);
  const cells = useSyncExternalStore(keeper.subscribe, keeper.snapshot);
  return { keeper, cells };
}
