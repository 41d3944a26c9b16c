// One branch of the tree: its groups, each with what stands in it, then its own criteria.
import { useState } from 'react';

import { pick } from '@/domain/lang';
import { compare } from '@/domain/money';
import { useWords } from '@/i18n/use-words';
import { Button } from '@/ui/button';
import { SelectField } from '@/ui/field';

import type { CriterionDraft, GroupDraft, TechnicalDraft } from './api';
import type { SectionProps } from './section-props';
import css from './criteria.module.css';
import form from './builder.module.css';
import { CriterionDetails } from './criterion-details';
import { DraftText } from './draft-field';
import { changeCriterion, technicalOf } from './evaluation-edit';
import { addCriterion, addGroup, changeGroup, childrenOf, mayHoldGroups, moveCriterion, removeCriterion, removeGroup, weightSum } from './tree-edit';

export interface BranchProps extends SectionProps {
  parent: string;
  /** The percent of all technical points by criterion, as the server computes it; empty while the rules have faults. */
  shares: ReadonlyMap<string, string>;
}

export function Branch(props: BranchProps) {
  const technical = technicalOf(props.draft);
  const criteria = childrenOf(technical.criteria, props.parent);
  return (
    <ol className={css['criteria']}>
      {childrenOf(technical.groups, props.parent).map(({ item, at }) => (
        <Group key={item.id} {...props} at={at} group={item} />
      ))}
      {criteria.map(({ item, at }, place) => (
        <Criterion key={item.id || `new-${String(at)}`} {...props} at={at} criterion={item} isFirst={place === 0} isLast={place === criteria.length - 1} />
      ))}
    </ol>
  );
}

export function WeightSum({ technical, parent }: { technical: TechnicalDraft; parent: string }) {
  const { t } = useWords('tenders');
  const sum = weightSum(technical, parent);
  const isWhole = sum !== null && compare(sum, '100') === 0;
  return (
    <span role="status" className={isWhole ? css['whole'] : css['not_whole']}>
      {sum === null ? t('criteria.sum_unknown') : t(isWhole ? 'criteria.sum' : 'criteria.sum_wrong', { sum })}
    </span>
  );
}

type Name = 'title_zh' | 'title_en' | 'weight' | 'threshold';

/** The four texts that a group and a criterion both have. */
function Row({ number, path, values, onValue, faults, isTried }: Pick<SectionProps, 'faults' | 'isTried'> & { number: string; path: string; values: Readonly<Record<Name, string>>; onValue: (name: Name, value: string) => void }) {
  const { t } = useWords('tenders');
  const field = (name: Name) => ({ path: `${path}.${name}`, faults, isTried, value: values[name], onValue: (value: string) => onValue(name, value) });
  const kind = path.includes('.groups.') ? 'group' : 'criterion';
  return (
    <div className={css['row']}>
      <b className={css['number']}>{number}</b>
      <DraftText {...field('title_zh')} label={t(kind === 'group' ? 'criteria.group_zh' : 'criteria.title_zh')} lang="zh-CN" />
      <DraftText {...field('title_en')} label={t(kind === 'group' ? 'criteria.group_en' : 'criteria.title_en')} lang="en" />
      <DraftText {...field('weight')} label={t('criteria.weight')} inputMode="decimal" inside="%" />
      <DraftText {...field('threshold')} label={t('criteria.least')} inputMode="decimal" />
    </div>
  );
}

function Group({ at, group, ...props }: BranchProps & { at: number; group: GroupDraft }) {
  const { draft, change, faults, isTried } = props;
  const { t, lang } = useWords('tenders');
  const technical = technicalOf(draft);
  const name = pick(lang, { zh: group.title_zh, en: group.title_en }) || t('criteria.group', { id: group.id });
  const path = `evaluation.technical.groups.${String(at)}`;
  return (
    <li className={css['group']} data-path={path}>
      <fieldset>
        <legend className="visually-hidden">{name}</legend>
        <Row number="▾" path={path} values={group} onValue={(field, value) => change((before) => changeGroup(before, at, { [field]: value }))} faults={faults} isTried={isTried} />
        <div className={css['tools']}>
          <WeightSum technical={technical} parent={group.id} />
          <div className={css['buttons']}>
            {mayHoldGroups(technical.groups, group.id) && (
              <Button size="small" look="quiet" icon="plus" onClick={() => change((before) => addGroup(before, group.id))} aria-label={t('criteria.add_group_in', { name })}>
                {t('criteria.add_group')}
              </Button>
            )}
            <Button size="small" look="quiet" icon="plus" onClick={() => change((before) => addCriterion(before, group.id))} aria-label={t('criteria.add_in', { name })}>
              {t('criteria.add')}
            </Button>
            <Button size="small" look="quiet" icon="close" onClick={() => change((before) => removeGroup(before, at))} aria-label={t('criteria.remove', { name })} />
          </div>
        </div>
        <Branch {...props} parent={group.id} />
      </fieldset>
    </li>
  );
}

function Criterion({ at, criterion, isFirst, isLast, shares, ...props }: BranchProps & { at: number; criterion: CriterionDraft; isFirst: boolean; isLast: boolean }) {
  const { draft, change, faults, isTried } = props;
  const { t } = useWords('tenders');
  const [isOpen, setOpen] = useState(false);
  const technical = technicalOf(draft);
  const name = t('criteria.number', { number: at + 1 });
  const path = `evaluation.technical.criteria.${String(at)}`;
  const share = criterion.parent === '' ? undefined : shares.get(criterion.id);
  return (
    <li>
      <fieldset>
        <legend className="visually-hidden">{name}</legend>
        <Row number={String(at + 1)} path={path} values={criterion} onValue={(field, value) => change((before) => changeCriterion(before, at, { [field]: value }))} faults={faults} isTried={isTried} />
        <div className={css['tools']}>
          {share !== undefined && <p className="small muted">{t('criteria.in_all', { share })}</p>}
          <details className={form['more']} open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
            <summary>{t('criteria.more')}</summary>
            {/* Closed ones stay out of the page: forty criteria would be five hundred fields. */}
            {(isOpen || isTried) && (
              <>
                {technical.groups.length > 0 && <ParentField {...{ at, criterion, technical, change }} />}
                <CriterionDetails {...props} at={at} criterion={criterion} />
              </>
            )}
          </details>
          <div className={css['buttons']}>
            <Button size="small" look="quiet" disabled={isFirst} onClick={() => change((before) => moveCriterion(before, at, -1))} aria-label={t('criteria.up', { name })}>
              ↑
            </Button>
            <Button size="small" look="quiet" disabled={isLast} onClick={() => change((before) => moveCriterion(before, at, 1))} aria-label={t('criteria.down', { name })}>
              ↓
            </Button>
            <Button size="small" look="quiet" icon="close" disabled={technical.criteria.length === 1} onClick={() => change((before) => removeCriterion(before, at))} aria-label={t('criteria.remove', { name })} />
          </div>
        </div>
      </fieldset>
    </li>
  );
}

function ParentField({ at, criterion, technical, change }: { at: number; criterion: CriterionDraft; technical: TechnicalDraft; change: SectionProps['change'] }) {
  const { t, lang } = useWords('tenders');
  const options = technical.groups.map(({ id, title_zh: zh, title_en: en }) => ({ value: id, label: pick(lang, { zh, en }) || t('criteria.group', { id }) }));
  return (
    <div className={form['fields']}>
      <SelectField
        label={t('criteria.parent')}
        data-path={`evaluation.technical.criteria.${String(at)}.parent`}
        value={criterion.parent}
        onChange={(event) => change((before) => changeCriterion(before, at, { parent: event.target.value }))}
        options={[{ value: '', label: t('criteria.top') }, ...options]}
      />
    </div>
  );
}
