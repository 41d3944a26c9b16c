// RQ-03: once the tender is filed, its requester may read the contract; the buyer's other roles come to it by the tender.

import { Link } from 'react-router';

import { useProjectContracts } from '@/api/agreements';
import { useSignedIn } from '@/api/session';
import { pick } from '@/domain/lang';
import { useWords } from '@/i18n/use-words';
import { Panel } from '@/ui/panel';

import type { Project } from './queries';

// domain/process.py: a contract comes with stage 8, and its tail.
const FROM_STAGE = 8;

export function ContractsPanel({ held }: { held: Project }) {
  const { t, lang } = useWords('demand');
  const { roles } = useSignedIn();
  const isRequester = roles.includes('requester') && !roles.some((role) => ['purchaser', 'approver', 'auditor'].includes(role));
  const contracts = useProjectContracts(held.id, isRequester && (held.stage ?? 99) >= FROM_STAGE);
  const items = contracts.data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <Panel title={t('contracts.title')}>
      <ul className="stack-tight">
        {items.map((row) => (
          <li key={row.tender_id}>
            <Link to={`/tenders/${row.tender_id}/contract`}>{`${row.reference} · ${pick(lang, { zh: row.title_zh, en: row.title_en })}`}</Link>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
