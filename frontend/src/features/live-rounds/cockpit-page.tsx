// /cockpit/:roundId: the buyer's picture of the live round, anonymous (SCREENS.md 2.3.1).
import { useParams } from 'react-router';

import { useSignedIn } from '@/api/session';
import { QueryView } from '@/ui/query-view';

import { Cockpit } from './cockpit';
import { useCockpit } from './cockpit-data';

export default function CockpitPage() {
  const { roundId = '' } = useParams();
  const me = useSignedIn();
  const cockpit = useCockpit(roundId);
  return <QueryView query={cockpit}>{(info) => <Cockpit key={roundId} info={info} me={me} />}</QueryView>;
}
