// The sealed round: when it opens and closes, what happens with too few, whether there is a technical part; custody in words.
import { useWords } from '@/i18n/use-words';
import { CheckField } from '@/ui/field';
import { Panel } from '@/ui/panel';

import type { SectionProps } from './section-props';
import css from './builder.module.css';
import { CustodyFields } from './custody-fields';
import { DraftNumber, DraftSelect } from './draft-field';
import { changeSealed, sealedOf } from './evaluation-edit';
import { LocalTime } from './times-section';

const BUCKETS = [256, 1024, 4096, 16_384, 65_536] as const;

export function SealedSection({ draft, change, faults, isTried }: SectionProps) {
  const { t } = useWords('tenders');
  const sealed = sealedOf(draft);
  const set = (part: Parameters<typeof changeSealed>[1]) => change((before) => changeSealed(before, part));
  const place = (name: string) => ({ path: `sealed.${name}`, faults, isTried });
  return (
    <Panel title={t('sealed.title')} note={draft.time_zone}>
      <div className="stack" data-section="sealed">
        <div className={css['fields']}>
          <LocalTime {...place('opens_at')} label={t('sealed.opens')} value={sealed.opens_at} onValue={(opens_at) => set({ opens_at })} />
          <LocalTime {...place('closes_at')} label={t('sealed.closes')} value={sealed.closes_at} onValue={(closes_at) => set({ closes_at })} />
          <DraftNumber {...place('extension_s')} label={t('sealed.extension')} hint={t('sealed.extension_hint')} value={sealed.extension_s} per={3600} onNumber={(extension_s) => set({ extension_s })} />
        </div>
        <CheckField label={t('sealed.has_technical')} checked={sealed.has_technical} onChange={(event) => set({ has_technical: event.target.checked })} />
        {sealed.has_technical && (
          <div className={css['fields']}>
            <DraftSelect
              {...place('tech_bucket')}
              label={t('sealed.bucket')}
              hint={t('sealed.bucket_hint')}
              value={String(sealed.tech_bucket)}
              onValue={(bytes) => set({ tech_bucket: Number(bytes) })}
              options={BUCKETS.map((kib) => ({ value: String(kib * 1024), label: kib < 1024 ? `${String(kib)} KiB` : `${String(kib / 1024)} MiB` }))}
            />
          </div>
        )}
        <CustodyFields draft={draft} change={change} faults={faults} isTried={isTried} />
      </div>
    </Panel>
  );
}
