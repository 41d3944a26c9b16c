// A page with the boxes that will be burned in; dragged with mouse, pen or finger.

import { useRef, useState, type PointerEvent } from 'react';

import { boxBetween, spotOf, type Area, type Spot } from './boxes';
import css from './documents.module.css';

interface BoxCanvasProps {
  address: string;
  boxes: readonly Area[];
  onAdd: (box: Area) => void;
  /** The page did not load: nobody clears what nobody saw. */
  onLost: () => void;
}

export function BoxCanvas({ address, boxes, onAdd, onLost }: BoxCanvasProps) {
  const frame = useRef<HTMLDivElement>(null);
  const [drag, setDrag] = useState<readonly [Spot, Spot] | null>(null);
  const spot = (event: PointerEvent): Spot | null => {
    const box = frame.current?.getBoundingClientRect();
    return box === undefined ? null : spotOf({ x: event.clientX, y: event.clientY }, box);
  };
  const begin = (event: PointerEvent) => {
    const here = spot(event);
    if (here === null) return;
    frame.current?.setPointerCapture(event.pointerId);
    setDrag([here, here]);
  };
  const move = (event: PointerEvent) => {
    const here = spot(event);
    if (drag !== null && here !== null) setDrag([drag[0], here]);
  };
  const end = () => {
    const box = drag === null ? null : boxBetween(...drag);
    setDrag(null);
    if (box !== null) onAdd(box);
  };
  const growing = drag === null ? null : boxBetween(...drag);
  return (
    <div ref={frame} className={css['canvas']} onPointerDown={begin} onPointerMove={move} onPointerUp={end} onPointerCancel={() => setDrag(null)}>
      <img src={address} alt="" draggable={false} onError={onLost} />
      <svg viewBox="0 0 1000 1000" preserveAspectRatio="none" aria-hidden="true">
        {[...boxes, ...(growing === null ? [] : [growing])].map((box, place) => (
          <rect key={place} x={box.left} y={box.top} width={box.width} height={box.height} />
        ))}
      </svg>
    </div>
  );
}
