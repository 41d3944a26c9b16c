// The viewer's name and the time across a page (CK-11, EV-03): a photographed screen tells who stood before it.
import { formatInstant, viewerZone } from '@/domain/instant';
import { useServerNow } from './use-server-now';

import css from './watermark.module.css';

// Enough marks for a tall screen; what is outside is cut off.
const MARKS = 40;

export function Watermark({ text }: { text: string }) {
  const now = useServerNow(60_000);
  const said = `${text} ${formatInstant(now, viewerZone(), 'minute')}`;
  return (
    <div className={css['mark']} aria-hidden="true">
      {Array.from({ length: MARKS }, (_, place) => (
        // Drawn, not written: a mark this faint must not count as text of the page.
        <span key={place} data-said={said} />
      ))}
    </div>
  );
}
