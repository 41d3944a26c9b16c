// Rules are best chosen by what they would have done: the newest rounds that are over, those of the same category first, each with
// its dry run (SCREENS.md PL-06).
import { Link } from 'react-router';

import { toMs } from '@/domain/instant';
import { pick } from '@/domain/lang';
import { useWords } from '@/i18n/use-words';

import { usePortfolio } from './api';
import { hasFinishedRound } from './portfolio-groups';

const MOST = 3;

export function DryRunLinks({ category }: { category: string }) {
  const { t, lang } = useWords('tenders');
  const rows = (usePortfolio().data?.items ?? []).filter(hasFinishedRound);
  if (rows.length === 0) return null;
  const likeness = (each: string) => Number(each !== category);
  const listed = rows.sort((a, b) => likeness(a.category) - likeness(b.category) || toMs(b.edited_at) - toMs(a.edited_at)).slice(0, MOST);
  return (
    <div className="stack">
      <strong>{t('rules.dry_runs')}</strong>
      <p className="muted small">{t('rules.dry_runs_note')}</p>
      <ul>
        {listed.map((row) => (
          <li key={row.id}>
            <Link to={`/dry-run/${row.round_id}`}>
              {pick(lang, { zh: row.title_zh, en: row.title_en })} · {row.reference}
            </Link>
          </li>
        ))}
      </ul>
    </div>
  );
}
