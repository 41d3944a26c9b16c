// The desk of one round and its line for React: made on entering, ended on leaving, woken when the tab or the network returns.
import { useEffect, useState, useSyncExternalStore } from 'react';

import { fetchRotations } from '@/api/journal-keys';
import { toMs } from '@/domain/instant';
import { serverClock } from '@/domain/server-clock';
import { currentLang } from '@/i18n/start';
import { wordsOf } from '@/i18n/use-words';
import { announce } from '@/ui/announcer';
import { newId } from '@/ui/new-id';

import { browserLine } from './browser-line';
import { openDeviceStore } from './device-store';
import { draftStorage } from './draft-storage';
import { keepPackages } from './kept-package';
import { PackageLine, type LineListener, type LineState } from './line';
import { OfferDesk, type LotDesk } from './offer-desk';
import { fetchPackages, useRefresh, type SealedRound } from './queries';
import { httpUploads } from './uploading';

type News = Parameters<LineListener['news']>[1];

/** Said in the language of the moment; being welcomed is no news. */
function say(news: News): void {
  if (news !== 'welcome') announce(wordsOf(currentLang(), 'sealed-rounds').t(`news.${news}`), 'alert');
}

export interface Desk {
  desk: OfferDesk;
  lots: Readonly<Record<string, LotDesk>>;
  line: LineState;
}

export function useDesk(round: SealedRound, owner: string): Desk {
  const roundId = round.round_id;
  const [line, setLine] = useState<LineState>('connecting');
  const refresh = useRefresh(roundId);
  // One for the life of the screen; the page gives a new key for another round.
  const [made] = useState(() => {
    const wire = new PackageLine(browserLine(roundId), {
      state: setLine,
      news(_news, kind) {
        say(kind);
        refresh();
      },
      time: ({ serverNow, ...sample }) => serverClock.addSample({ ...sample, serverNow: toMs(serverNow) }),
    });
    const store = openDeviceStore();
    const desk = new OfferDesk(
      {
        act: (frame) => wire.act(frame),
        uploads: httpUploads(roundId),
        packages: () => fetchPackages(roundId),
        keeper: keepPackages(store, owner, roundId),
        newId,
        journalKey: round.journal_key,
        rotations: fetchRotations,
        drafts: draftStorage(localStorage, owner, roundId),
        files: store,
        filesKey: (lotId) => `files.${owner}.${roundId}.${lotId}`,
        refresh,
      },
      round.lots.map((lot) => lot.lot_id),
    );
    return { wire, desk };
  });
  useEffect(() => {
    made.wire.start();
    const wake = () => {
      if (document.visibilityState === 'visible') made.wire.wake();
    };
    document.addEventListener('visibilitychange', wake);
    window.addEventListener('online', wake);
    return () => {
      made.wire.stop();
      document.removeEventListener('visibilitychange', wake);
      window.removeEventListener('online', wake);
    };
  }, [made]);
  return { desk: made.desk, lots: useSyncExternalStore(made.desk.subscribe, made.desk.view), line };
}
