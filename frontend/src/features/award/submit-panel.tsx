// What would be proposed, in sum, and the one button: to the approver, by label.

import { asProblem } from '@/api/problem';
import { pick } from '@/domain/lang';
import { useWords } from '@/i18n/use-words';
import { announce } from '@/ui/announcer';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { Panel } from '@/ui/panel';
import { ProblemAlert } from '@/ui/problem-alert';
import { useOnline } from '@/ui/use-online';

import css from './award.module.css';
import { bodyOf, isExplained, totalOf, type Adopted, type Choices } from './choosing';
import { SavingsTotalFigure } from './figures';
import { isBlocked, useRoom } from './panel-queries';
import { MissingList } from './panel-room';
import { usePropose, type Ranking } from './queries';
import { ChosenLabels } from './shares-text';
import { forgetChoices } from './use-choices';

interface SubmitPanelProps {
  ranking: Ranking;
  choices: Choices;
  adopted: Adopted;
  isAsked: boolean;
  onAsk: () => void;
}

// The ranking became another one between reading and sending.
const MOVED = new Set(['CHANGED_SINCE', 'UNKNOWN_LABEL', 'NOT_RANKED', 'INCOMPLETE']);

export function SubmitPanel({ ranking, choices, adopted, isAsked, onAsk }: SubmitPanelProps) {
  const { t } = useWords('award');
  const propose = usePropose(ranking.tender_id);
  const room = useRoom(ranking.tender_id).data;
  const isOnline = useOnline();
  const missing = ranking.lots.filter((lot) => {
    const choice = choices[lot.lot_id];
    return choice === undefined || !isExplained(lot, choice, adopted[lot.lot_id]);
  });
  const total = totalOf(ranking, choices, adopted);
  const submit = () => {
    onAsk();
    if (missing.length > 0) setTimeout(focusFirstFault);
    if (!isOnline || missing.length > 0) return;
    propose.mutate(bodyOf(ranking, choices, adopted), {
      onSuccess: () => {
        forgetChoices(ranking.tender_id);
        announce(t('submit.sent'));
      },
    });
  };
  return (
    <Panel title={t('submit.title')}>
      <div className="stack">
        <Chosen ranking={ranking} choices={choices} />
        {total && <SavingsTotalFigure {...total} currency={ranking.currency} />}
        <ProblemAlert error={propose.error}>
          {propose.isError && MOVED.has(asProblem(propose.error).code) && <p>{t('submit.moved')}</p>}
        </ProblemAlert>
        {!isOnline && <Banner tone="warn">{t('submit.offline')}</Banner>}
        {isAsked && missing.length > 0 && (
          <Banner tone="bad" title={t('common:form.fix')}>
            {t('submit.missing', { lots: missing.map((lot) => lot.number).join(t('common:list_separator')) })}
          </Banner>
        )}
        <MissingList room={room} />
        <Button look="primary" size="large" wide disabled={!isOnline || isBlocked(room)} busy={propose.isPending} onClick={submit}>
          {t('submit.button')}
        </Button>
        <p className="small muted">{t('submit.binding')}</p>
      </div>
    </Panel>
  );
}

/** On a phone the field stands far above the button. */
function focusFirstFault(): void {
  document.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
}

function Chosen({ ranking, choices }: { ranking: Ranking; choices: Choices }) {
  const { lang } = useWords('award');
  return (
    <ul className={css['chosen']}>
      {ranking.lots.map((lot) => (
        <li key={lot.lot_id}>
          <span className="muted">
            {lot.number} · {pick(lang, { zh: lot.title_zh, en: lot.title_en })}
          </span>
          <ChosenLabels {...(choices[lot.lot_id] ?? { label: null })} />
        </li>
      ))}
    </ul>
  );
}
