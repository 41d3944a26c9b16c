// /practice: the live room on a toy lot with scripted rivals, alone and at any time (SCREENS.md SP-05).
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useQuery } from '@tanstack/react-query';

import { send } from '@/api/client';
import { useSignedIn } from '@/api/session';
import { Failed, Loading } from '@/ui/states';

import { DrillPanel } from './drill-panel';
import type { SupplierLot } from './messages';
import { practiceLine } from './practice-line';
import { Room, type Practice } from './room';
import type { RoundInfo } from './room-data';
import css from './room.module.css';
import { RoomSourceContext, type RoomSource } from './room-source';
import type { Room as LiveRoom } from './use-room';

export default function PracticePage() {
  const me = useSignedIn();
  const practice = useQuery({
    queryKey: ['practice'],
    queryFn: () => send<{ round: RoundInfo; passed_until: string | null }>('GET', '/api/practice'),
    staleTime: Infinity,
  });
  if (practice.data !== undefined) return <PracticeRoom info={practice.data.round} accountId={me.account_id} />;
  return (
    <main className={css['wait']}>{practice.isError ? <Failed error={practice.error} onRetry={() => void practice.refetch()} /> : <Loading />}</main>
  );
}

function PracticeRoom({ info, accountId }: { info: RoundInfo; accountId: string }) {
  const [line] = useState(practiceLine);
  const held = useRef<LiveRoom<SupplierLot> | null>(null);
  const drills = useCallback(
    (room: LiveRoom<SupplierLot>) => (
      <Drills
        room={room}
        line={line}
        onRoom={(current) => {
          held.current = current;
        }}
      />
    ),
    [line],
  );
  const practice = useMemo<Practice>(() => ({ line, drills }), [line, drills]);
  const source = useMemo<RoomSource>(
    () => ({
      keepsBids: false,
      receiptOf(bidId) {
        const room = held.current;
        // Reading a receipt is the last drill; the server cannot see it.
        room?.session.drill('receipt');
        return room?.session.view().outbox.find((bid) => bid.bidId === bidId)?.receipt ?? null;
      },
    }),
    [],
  );
  return (
    <RoomSourceContext value={source}>
      <Room info={info} accountId={accountId} practice={practice} />
    </RoomSourceContext>
  );
}

interface DrillsProps {
  room: LiveRoom<SupplierLot>;
  line: ReturnType<typeof practiceLine>;
  onRoom: (room: LiveRoom<SupplierLot>) => void;
}

function Drills({ room, line, onRoom }: DrillsProps) {
  useEffect(() => onRoom(room), [room, onRoom]);
  return <DrillPanel room={room} line={line} />;
}
