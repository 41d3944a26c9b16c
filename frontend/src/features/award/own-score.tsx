// SP-08: the own technical score with the agreed value and the reason of each criterion; nobody else's, and no evaluator's mark.

import { pick } from '@/domain/lang';
import { useWords } from '@/i18n/use-words';
import { PlainTable } from '@/ui/plain-table';
import { Tag } from '@/ui/state-tag';

import css from './award.module.css';
import { trimmed } from './choosing';
import type { OwnLotResult } from './queries';

export function OwnScore({ lot }: { lot: OwnLotResult }) {
  const { t, lang } = useWords('award');
  const { technical } = lot;
  if (technical === null) return null;
  return (
    <div className={css['score']}>
      <p className="row">
        <span>{t('own.score')}</span>
        <strong className="num">{t('own.points', { points: technical.points })}</strong>
        <Tag tone={technical.passes ? 'good' : 'off'}>{t(technical.passes ? 'own.passes' : 'own.fails')}</Tag>
        {technical.threshold !== null && <span className="small muted">{t('own.threshold', { threshold: trimmed(technical.threshold) })}</span>}
      </p>
      <PlainTable
        caption={t('own.criteria')}
        rows={technical.criteria}
        rowKey={(one) => one.criterion}
        columns={[
          { key: 'criterion', title: t('own.criterion'), cell: (one) => `${String(one.number)} · ${pick(lang, { zh: one.title_zh, en: one.title_en })}` },
          { key: 'weight', title: t('words:weight'), right: true, cell: (one) => `${trimmed(one.weight)} %` },
          { key: 'value', title: t('own.value'), right: true, cell: (one) => <span className="num">{t('own.of_five', { value: one.value })}</span> },
          { key: 'reason', title: t('own.reason'), cell: (one) => one.reason || <span className="muted">{t('own.by_rule')}</span> },
        ]}
      />
    </div>
  );
}
