// Who of the supplier's own people writes (SCREENS.md LR-36): shown only where more than one window is open.
import { useWords } from '@/i18n/use-words';
import { Button } from '@/ui/button';
import { Icon } from '@/ui/icon';

import css from './bands.module.css';
import type { PenFrame } from './messages';

export function PenBand({ pen, onTake }: { pen: PenFrame; onTake: () => void }) {
  const { t } = useWords('live-rounds');
  if (pen.mine && pen.peers.length === 0) return null;
  const name = ({ name, is_me }: PenFrame['peers'][number]) => (is_me ? t('pen.own_window') : name);
  const writer = pen.peers.find((peer) => peer.writes);
  const names = [...new Set(pen.peers.map(name))].join(t('pen.and'));
  return (
    <div className={[css['band'], pen.mine ? css['calm'] : ''].join(' ')} role="note">
      <Icon name={pen.mine ? 'accounts' : 'lock'} size={17} />
      <p>
        {pen.mine && t('pen.mine', { names })}
        {!pen.mine && (writer === undefined ? t('pen.free') : writer.is_me ? t('pen.other_own') : t('pen.other', { name: writer.name }))}
      </p>
      {!pen.mine && (
        <Button size="small" look="primary" onClick={onTake}>
          {t('pen.take')}
        </Button>
      )}
    </div>
  );
}
