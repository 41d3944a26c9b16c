// From a spreadsheet: paste or choose a file, see every cell as it was read, mend the faulty ones, then take the rows.
// Nothing is stored before that, and no magnitude changes unseen (SCREENS.md LR-29).
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';

import { useWords } from '@/i18n/use-words';
import { Banner } from '@/ui/banner';
import { Button } from '@/ui/button';
import { AreaField } from '@/ui/field';
import { FileDrop } from '@/ui/file-drop';
import { ProblemAlert } from '@/ui/problem-alert';
import { Sheet } from '@/ui/sheet';
import { Switcher } from '@/ui/switcher';

import { parseFile, parsePasted, type NumberStyle, type Parsed, type ParsedRow, type ParseTarget } from './api';
import css from './builder.module.css';
import { useFaultText } from './draft-field';
import { ParsedTable } from './parsed-table';
import { isMended } from './parsed-rows';

type Source = { text: string } | { file: File };

interface PasteSheetProps {
  tenderId: string;
  target: ParseTarget;
  onTake: (rows: readonly ParsedRow[], typed: Readonly<Record<string, string>>) => void;
  onClose: () => void;
}

export function PasteSheet({ tenderId, target, onTake, onClose }: PasteSheetProps) {
  const { t } = useWords('tenders');
  const [source, setSource] = useState<Source | null>(null);
  const [style, setStyle] = useState<NumberStyle>('unstated');
  const [typed, setTyped] = useState<Readonly<Record<string, string>>>({});
  const parse = useMutation({
    mutationFn: ({ from, as }: { from: Source; as: NumberStyle }) =>
      'text' in from ? parsePasted(tenderId, from.text, target, as) : parseFile(tenderId, from.file, target, as),
  });
  const read = (from: Source, as: NumberStyle = style) => {
    setSource(from);
    setStyle(as);
    setTyped({});
    parse.mutate({ from, as });
  };
  const rows = parse.data?.rows ?? [];
  const ready = rows.filter((row) => isMended(row, typed));
  return (
    <Sheet
      title={t(`paste.${target}`)}
      wide
      onClose={onClose}
      foot={
        <div className="row">
          <Button onClick={onClose}>{t('common:actions.cancel')}</Button>
          <Button
            look="primary"
            disabled={ready.length === 0}
            onClick={() => {
              onTake(ready, typed);
              onClose();
            }}
          >
            {t('paste.take', { count: ready.length })}
          </Button>
        </div>
      }
    >
      <div className="stack">
        <AreaField
          label={t('paste.here')}
          hint={t(`paste.hint_${target}`)}
          rows={3}
          value={source !== null && 'text' in source ? source.text : ''}
          onChange={(event) => read({ text: event.target.value })}
        />
        <FileDrop label={t('paste.file')} hint={t('paste.file_hint')} accept=".xlsx" file={source !== null && 'file' in source ? source.file : null} onFile={(file) => read({ file })} />
        <ProblemAlert error={parse.error} />
        {parse.data && source && <Result parsed={parse.data} style={style} typed={typed} onStyle={(as) => read(source, as)} onTyped={setTyped} ready={ready.length} />}
      </div>
    </Sheet>
  );
}

interface ResultProps {
  parsed: Parsed;
  style: NumberStyle;
  typed: Readonly<Record<string, string>>;
  onStyle: (style: NumberStyle) => void;
  onTyped: (typed: Readonly<Record<string, string>>) => void;
  ready: number;
}

function Result({ parsed, style, typed, onStyle, onTyped, ready }: ResultProps) {
  const { t } = useWords('tenders');
  const say = useFaultText();
  if (parsed.fault !== null) return <Banner tone="bad">{say({ field: '', code: parsed.fault, detail: {} })}</Banner>;
  const left = parsed.rows.length - ready;
  return (
    <>
      <div className="spread">
        <p aria-live="polite">
          {t('paste.read', { count: ready })}
          {left > 0 && <strong className={css['left']}> {t('paste.left', { count: left })}</strong>}
        </p>
        <div className="row">
          <span className="small">{t('paste.style')}</span>
          <Switcher
            label={t('paste.style')}
            value={style}
            onChange={onStyle}
            options={(['unstated', 'point', 'comma'] as const).map((value) => ({ value, label: t(`paste.style_${value}`) }))}
          />
        </div>
      </div>
      <ParsedTable parsed={parsed} typed={typed} onTyped={onTyped} />
    </>
  );
}
