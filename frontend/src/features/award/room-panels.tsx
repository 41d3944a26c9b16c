// SCREENS.md 2.5: below the official ranking, lot by lot, what it stands on: shortlist, sensitivity, price and quality.

import { useState } from 'react';

import { pick } from '@/domain/lang';
import { useWords } from '@/i18n/use-words';
import { QueryView } from '@/ui/query-view';
import { Switcher } from '@/ui/switcher';

import { InquiryPanel } from './inquiry-panel';
import { useSensitivity, type Ranking } from './queries';
import { ScatterPanel } from './scatter-panel';
import { SensitivityPanel } from './sensitivity-panel';
import { ShortlistPanel } from './shortlist-panel';
import { TryingPanel } from './trying-panel';

export function RoomPanels({ ranking }: { ranking: Ranking }) {
  const lots = ranking.lots.filter((lot) => lot.rows.length > 0);
  const { t, lang } = useWords('decision-room');
  const [chosen, setChosen] = useState<string | null>(null);
  const sensitivity = useSensitivity(ranking.tender_id, ranking.lots.map((lot) => lot.digest).join(' '));
  const lot = lots.find((each) => each.lot_id === chosen) ?? lots[0];
  const { evaluation } = ranking;
  if (evaluation === null) return null;
  if (lot === undefined) return <InquiryPanel ranking={ranking} />;
  return (
    <>
      <InquiryPanel ranking={ranking} />
      {lots.length > 1 && (
        <Switcher
          label={t('lots')}
          value={lot.lot_id}
          onChange={setChosen}
          options={lots.map((each) => ({ value: each.lot_id, label: `${String(each.number)} · ${pick(lang, { zh: each.title_zh, en: each.title_en })}` }))}
        />
      )}
      <ShortlistPanel key={lot.digest} ranking={ranking} lot={lot} rules={evaluation.shortlist} />
      <QueryView query={sensitivity}>
        {(shown) => {
          const told = shown.lots.find((each) => each.lot_id === lot.lot_id);
          return told === undefined ? null : (
            <>
              <SensitivityPanel key={lot.digest} lot={lot} told={told} sensitivity={shown} />
              <TryingPanel key={`try ${lot.digest}`} ranking={ranking} lot={lot} told={told} sensitivity={shown} />
              {evaluation.technical !== null && <ScatterPanel lot={lot} told={told} threshold={shown.threshold} currency={ranking.currency} />}
            </>
          );
        }}
      </QueryView>
    </>
  );
}
