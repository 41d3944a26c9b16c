// The one history: how the company came, what was assessed, found, answered, appealed and suspended, newest first.

import { useWords } from '@/i18n/use-words';
import { Instant } from '@/ui/instant';
import { Panel } from '@/ui/panel';
import { QueryView } from '@/ui/query-view';

import { CategoryNames } from './category-names';
import { GradeSeal } from './grade';
import css from './suppliers.module.css';
import { useHistory, type Moment } from './survey-queries';

const BAD: readonly Moment['what'][] = ['suspended'];
const OFF: readonly Moment['what'][] = ['certification_refused', 'finding_annulled', 'appealed'];

/** `null` for the own company. */
export function HistoryPanel({ supplierId }: { supplierId: string | null }) {
  const { t } = useWords('suppliers');
  const history = useHistory(supplierId);
  return (
    <QueryView query={history}>
      {(moments) => (
        <Panel title={t('dossier.history')} flush>
          <ol className={css['course']}>
            {moments.map((one, place) => (
              <li key={place} className={css['moment']} data-tone={BAD.includes(one.what) ? 'bad' : OFF.includes(one.what) ? 'off' : 'good'}>
                <span className="row">
                  {one.what === 'certified' && <GradeSeal grade={one.subject} />}
                  <strong>{t(`history.${one.what}`)}</strong>
                  <Subject one={one} />
                </span>
                <span className="small muted">
                  <Instant at={one.at} />
                </span>
                {one.text && <span className="small">{one.text}</span>}
              </li>
            ))}
          </ol>
        </Panel>
      )}
    </QueryView>
  );
}

function Subject({ one }: { one: Moment }) {
  const { t, find } = useWords('suppliers');
  if (one.what === 'finding' || one.what === 'finding_annulled') return <span className="small">{find(`life.kinds.${one.subject}`, one.subject)}</span>;
  if (one.what === 'answered') return <CategoryNames codes={[one.subject]} />;
  if (one.what === 'appealed') return <span className="small">{find(`appeals.subjects.${one.subject}`, one.subject)}</span>;
  if (one.what === 'appeal_decided') return <span className="small">{find(`appeals.states.${one.subject}`, one.subject)}</span>;
  return one.what === 'certification_refused' ? <span className="small">{t('grade.named', { grade: one.subject })}</span> : null;
}
