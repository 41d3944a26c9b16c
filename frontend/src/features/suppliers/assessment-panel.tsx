// How the marks come about: every sub-criterion with weight, figure, source and points, and what to improve.

import { ASPECTS } from '@/domain/certification';
import { useWords } from '@/i18n/use-words';
import { Panel } from '@/ui/panel';
import { PlainTable } from '@/ui/plain-table';
import { Tag } from '@/ui/state-tag';

import { plain } from './grade';
import css from './suppliers.module.css';
import type { Assessment, Part } from './survey-queries';

export function AssessmentPanel({ assessment, isOwn = false }: { assessment: Assessment; isOwn?: boolean }) {
  const { t } = useWords('suppliers');
  return (
    <Panel title={t('assess.title')} note={t('assess.version', { version: assessment.version })}>
      <div className="stack">
        <AssessmentTables assessment={assessment} />
        <Gains assessment={assessment} isOwn={isOwn} />
      </div>
    </Panel>
  );
}

export function AssessmentTables({ assessment }: { assessment: Assessment }) {
  const { t, find } = useWords('suppliers');
  const none = t('common:table.none');
  const figureOf = useFigureText();
  return (
    <>
      {ASPECTS.map((aspect) => {
        const mark = assessment.computed[aspect];
        const direct = assessment.direct[aspect];
        return (
          <section key={aspect} className="stack-tight">
            <h3 className={css['aspect']}>
              <span>{t(`words:aspects.${aspect}`)}</span>
              <span className="num">{mark === null || mark === undefined ? none : plain(mark)}</span>
              {direct !== undefined && <Tag tone="warn">{t('assess.direct')}</Tag>}
            </h3>
            {direct && <p className="small muted">{t('assess.direct_why', { reason: direct })}</p>}
            <PlainTable
              caption={t(`words:aspects.${aspect}`)}
              rows={assessment.parts.filter((one) => one.aspect === aspect)}
              rowKey={(one) => one.sub}
              columns={[
                { key: 'sub', title: t('assess.sub'), cell: (one) => find(`assess.subs.${one.sub}`, one.sub) },
                { key: 'figure', title: t('assess.figure'), cell: (one) => figureOf(one) },
                { key: 'source', title: t('assess.source'), cell: (one) => t(`assess.sources.${one.source}`) },
                { key: 'weight', title: t('assess.weight'), right: true, cell: (one) => `${plain(one.weight)} %` },
                { key: 'points', title: t('assess.points'), right: true, cell: (one) => (one.points === null ? none : plain(one.points)) },
              ]}
            />
          </section>
        );
      })}
      <p className="small muted">{t('assess.formula')}</p>
    </>
  );
}

function useFigureText() {
  const { t, find } = useWords('suppliers');
  return (one: Part): string => {
    if (one.figure === null) return t('assess.unknown');
    if (one.sub === 'registration') return find(`assess.registrations.${one.figure}`, one.figure);
    return find(`assess.units.${one.sub}`, one.figure, { figure: one.figure });
  };
}

/** What to improve, the largest gain first. */
function Gains({ assessment, isOwn }: { assessment: Assessment; isOwn: boolean }) {
  const { t, find } = useWords('suppliers');
  if (assessment.gains.length === 0) return null;
  return (
    <div className="stack-tight">
      <strong>{t(isOwn ? 'assess.improve_own' : 'assess.improve')}</strong>
      <ul>
        {assessment.gains.map((one) => (
          <li key={one.sub}>
            {t('assess.gain', {
              sub: find(`assess.subs.${one.sub}`, one.sub),
              points: plain(one.points),
              gain: plain(one.gain),
              aspect: t(`words:aspects.${one.aspect}`),
            })}
          </li>
        ))}
      </ul>
    </div>
  );
}
