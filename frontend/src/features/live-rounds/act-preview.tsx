import { useWords } from '@/i18n/use-words';
import { Banner } from '@/ui/banner';
import { CheckField } from '@/ui/field';

import { pieces, speaks, type ActDraft, type ActKind } from './act-draft';
import css from './act-drawer.module.css';
import type { CockpitInfo, Leak } from './cockpit-data';

interface PreviewProps {
  kind: ActKind;
  info: CockpitInfo;
  draft: ActDraft;
  leaks: readonly Leak[];
  onChange: (part: Partial<ActDraft>) => void;
}

/** What every bidder will read, in both languages, before it is sent; what was found in it is marked (CK-07). */
export function ActPreview({ kind, info, draft, leaks, onChange }: PreviewProps) {
  const { t } = useWords('cockpit');
  return (
    <section className={css['preview']}>
      {speaks(kind) && (
        <>
          <h3>{t('acts.preview')}</h3>
          <div className={css['message']}>
            <p lang="zh-CN">
              <Marked text={draft.zh.trim()} where="zh" leaks={leaks} />
            </p>
            <p lang="en">
              <Marked text={draft.en.trim()} where="en" leaks={leaks} />
            </p>
          </div>
          <Found draft={draft} leaks={leaks} onChange={onChange} />
          <p className="small muted">
            {info.joined === null ? t('acts.reach_all') : t('acts.reach', { count: info.joined })} {t('acts.reach_why')}
          </p>
        </>
      )}
      {kind === 'extend' && <p>{t('acts.extend_note')}</p>}
      {kind === 'cancel' && <p>{t('acts.cancel_note')}</p>}
      {kind !== 'broadcast' && kind !== 'resume' && (
        <>
          <h3>{t('acts.reason')}</h3>
          <p>{draft.reason}</p>
        </>
      )}
    </section>
  );
}

function Marked({ text, where, leaks }: { text: string; where: Leak['where']; leaks: readonly Leak[] }) {
  const { t } = useWords('cockpit');
  return pieces(text, where, leaks).map((piece, place) =>
    piece.kind === null ? (
      piece.text
    ) : (
      // Pieces have no names of their own, and never move.
      <mark key={place} title={t(`leaks.${piece.kind}`)}>
        {piece.text}
      </mark>
    ),
  );
}

function Found({ draft, leaks, onChange }: Pick<PreviewProps, 'draft' | 'leaks' | 'onChange'>) {
  const { t } = useWords('cockpit');
  const kinds = [...new Set(leaks.map((leak) => leak.kind))];
  const grave = kinds.filter((kind) => kind !== 'amount');
  return (
    <>
      {grave.length > 0 && (
        <Banner tone="bad" role="alert" title={t('leaks.title')}>
          {grave.map((kind) => t(`leaks.${kind}`)).join(' · ')} {t('leaks.change')}
        </Banner>
      )}
      {grave.length === 0 && kinds.length > 0 && (
        <>
          <Banner tone="warn">{t('leaks.amount')}</Banner>
          <CheckField label={t('leaks.checked')} checked={draft.amountsChecked} onChange={(event) => onChange({ amountsChecked: event.target.checked })} />
        </>
      )}
    </>
  );
}
