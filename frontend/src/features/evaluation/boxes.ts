// Black boxes in thousandths of a page's sides. Pure.

export interface Spot {
  x: number;
  y: number;
}

export interface Area {
  left: number;
  top: number;
  width: number;
  height: number;
}

// A slip of the hand is no box.
const SMALLEST = 4;
const WHOLE = 1000;

const within = (value: number) => Math.min(WHOLE, Math.max(0, value));

/** Where on the page a pointer is. */
export function spotOf(pointer: Spot, frame: Area): Spot {
  return { x: within(((pointer.x - frame.left) / frame.width) * WHOLE), y: within(((pointer.y - frame.top) / frame.height) * WHOLE) };
}

/** The box between two corners, grown to whole thousandths: nothing at its edge stays readable. */
export function boxBetween(first: Spot, second: Spot): Area | null {
  const [left, top] = [Math.floor(Math.min(first.x, second.x)), Math.floor(Math.min(first.y, second.y))];
  const [right, bottom] = [Math.ceil(Math.max(first.x, second.x)), Math.ceil(Math.max(first.y, second.y))];
  const [width, height] = [right - left, bottom - top];
  return width < SMALLEST || height < SMALLEST ? null : { left, top, width, height };
}

/** A typed box, if it lies on the page. */
export function typedBox(typed: Readonly<Record<keyof Area, string>>): Area | null {
  const area = { left: Number(typed.left), top: Number(typed.top), width: Number(typed.width), height: Number(typed.height) };
  const isWhole = Object.values(typed).every((text) => /^\d{1,4}$/.test(text.trim()));
  return isWhole && area.width > 0 && area.height > 0 && area.left + area.width <= WHOLE && area.top + area.height <= WHOLE ? area : null;
}
