// The fields of each act; both languages where bidders are spoken to, a reason where the journal wants one.
import { useWords } from '@/i18n/use-words';
import { formatInstant } from '@/domain/instant';
import { AreaField, SelectField, TextField } from '@/ui/field';

import { LEAST_REASON, REASONS, speaks, type ActDraft, type ActKind, type Fault, type ReasonCode } from './act-draft';
import type { CockpitInfo } from './cockpit-data';
import { moneyText } from './lot-view';
import type { SeriesPoint } from './messages';

interface FieldsProps {
  kind: ActKind;
  info: CockpitInfo;
  bids: readonly SeriesPoint[];
  draft: ActDraft;
  onChange: (change: Partial<ActDraft>) => void;
  faults: readonly Fault[];
}

export function ActFields(props: FieldsProps) {
  const { kind } = props;
  return (
    <>
      {kind === 'pause' && <ReasonKind {...props} />}
      {kind === 'extend' && <Minutes {...props} />}
      {kind === 'resume' && <ResumeIn {...props} />}
      {kind === 'void' && props.bids.length > 0 && <WhichBid {...props} />}
      {kind === 'broadcast' && <Template {...props} />}
      {speaks(kind) && <Messages {...props} />}
      {kind !== 'broadcast' && kind !== 'resume' && <Reason {...props} />}
    </>
  );
}

function ReasonKind({ draft, onChange }: FieldsProps) {
  const { t } = useWords('cockpit');
  const choose = (code: ReasonCode) => {
    // A text block fills what is empty or still the block of another reason; typed text stays.
    const isBlock = (text: string, tongue: 'zh' | 'en') => text === '' || REASONS.some((each) => t(`blocks.${each}_${tongue}`) === text);
    onChange({
      reasonCode: code,
      ...(isBlock(draft.zh, 'zh') ? { zh: t(`blocks.${code}_zh`) } : {}),
      ...(isBlock(draft.en, 'en') ? { en: t(`blocks.${code}_en`) } : {}),
    });
  };
  return (
    <SelectField
      label={t('acts.reason_code')}
      value={draft.reasonCode}
      onChange={(event) => choose(event.target.value as ReasonCode)}
      options={REASONS.map((value) => ({ value, label: t(`reasons.${value}`) }))}
    />
  );
}

function Reason({ draft, onChange, faults }: FieldsProps) {
  const { t } = useWords('cockpit');
  return (
    <AreaField
      label={t('acts.reason')}
      hint={t('acts.least')}
      value={draft.reason}
      maxLength={1000}
      onChange={(event) => onChange({ reason: event.target.value })}
      error={faults.includes('reason') ? t('common:form.too_short', { count: LEAST_REASON }) : null}
    />
  );
}

function Messages({ draft, onChange, faults }: FieldsProps) {
  const { t } = useWords('cockpit');
  return (
    <>
      {(['zh', 'en'] as const).map((tongue) => (
        <AreaField
          key={tongue}
          label={t(`acts.message_${tongue}`)}
          value={draft[tongue]}
          maxLength={1000}
          lang={tongue === 'zh' ? 'zh-CN' : 'en'}
          onChange={(event) => onChange({ [tongue]: event.target.value })}
          error={faults.includes(tongue) ? t('acts.both_needed') : null}
        />
      ))}
      <p className="small muted">{t('acts.broadcast_leak')}</p>
    </>
  );
}

// Texts that are often needed; a person fills in what is meant.
const TEMPLATES = ['delivery', 'documents', 'rules', 'technical'] as const;

function Template({ draft, onChange }: FieldsProps) {
  const { t } = useWords('cockpit');
  const chosen = TEMPLATES.find((name) => t(`templates.${name}_zh`) === draft.zh && t(`templates.${name}_en`) === draft.en);
  return (
    <SelectField
      label={t('acts.templates')}
      value={chosen ?? ''}
      onChange={(event) => {
        const name = TEMPLATES.find((each) => each === event.target.value);
        if (name !== undefined) onChange({ zh: t(`templates.${name}_zh`), en: t(`templates.${name}_en`) });
      }}
      options={[{ value: '', label: t('acts.own_text') }, ...TEMPLATES.map((value) => ({ value, label: t(`templates.${value}`) }))]}
    />
  );
}

function Minutes({ draft, onChange, faults }: FieldsProps) {
  const { t } = useWords('cockpit');
  return (
    <TextField
      label={t('acts.minutes')}
      inputMode="numeric"
      value={draft.minutes}
      onChange={(event) => onChange({ minutes: event.target.value })}
      error={faults.includes('minutes') ? t('codes:OUT_OF_RANGE') : null}
    />
  );
}

function ResumeIn({ draft, onChange }: FieldsProps) {
  const { t } = useWords('cockpit');
  const options = [
    { value: '', label: t('acts.resume_default', { time: t('acts.resume_minutes', { count: 2 }) }) },
    ...[5, 10, 15, 30].map((minutes) => ({ value: String(minutes * 60), label: t('acts.resume_minutes', { count: minutes }) })),
  ];
  return (
    <SelectField
      label={t('acts.resume_in')}
      value={draft.resumeInS === null ? '' : String(draft.resumeInS)}
      onChange={(event) => onChange({ resumeInS: event.target.value === '' ? null : Number(event.target.value) })}
      options={options}
    />
  );
}

function WhichBid({ bids, info, draft, onChange, faults }: FieldsProps) {
  const { t } = useWords('cockpit');
  const { currency, time_zone: zone } = info.tender;
  const options = [...bids].reverse().map(([at, alias, amount, n]) => ({
    value: String(n),
    label: `${t('chart.bidder', { alias })} · ${moneyText(amount, currency)} · ${formatInstant(at, zone, 'time-second')}`,
  }));
  return (
    <SelectField
      label={t('acts.void_bid')}
      value={draft.bid === null ? '' : String(draft.bid)}
      onChange={(event) => onChange({ bid: event.target.value === '' ? null : Number(event.target.value) })}
      options={[{ value: '', label: '–' }, ...options]}
      error={faults.includes('bid') ? t('common:form.required') : null}
    />
  );
}
