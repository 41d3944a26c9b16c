// /dry-run/:roundId: a finished round under other rules (SCREENS.md PL-06).
import { useParams } from 'react-router';

import { QueryView } from '@/ui/query-view';

import { DryRunView } from './dry-run';
import { useRound } from './room-data';

export default function DryRunPage() {
  const { roundId = '' } = useParams();
  const round = useRound(roundId);
  return <QueryView query={round}>{(info) => <DryRunView key={roundId} info={info} />}</QueryView>;
}
