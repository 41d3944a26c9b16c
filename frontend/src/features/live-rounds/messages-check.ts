// Holds messages.ts against the service's own description of its frames (schema.d.ts): when one of them changes and the
// other does not, this file no longer compiles.
import type { components } from '@/api/schema';

import type {
  BuyerLot,
  NoticeFrame,
  ProblemFrame,
  ReceiptFrame,
  RefusedFrame,
  StateFrame,
  StatusFrame,
  SupplierLot,
  TimeFrame,
} from './messages';

type Frames = components['schemas'];
/** Compiles only where every `Told` is a `Read`. */
type Fits<Told extends Read, Read> = Told;

export type Checked = [
  Fits<Frames['SocketSupplierLot'], SupplierLot>,
  Fits<Frames['SocketBuyerLot'], BuyerLot>,
  Fits<Frames['SocketState'], StateFrame>,
  Fits<Frames['SocketReceiptGiven'], ReceiptFrame>,
  Fits<Frames['SocketRefused'], RefusedFrame>,
  Fits<Frames['SocketStatus'], StatusFrame>,
  Fits<Frames['SocketNotice'], NoticeFrame>,
  Fits<Frames['SocketTimeGiven'], TimeFrame>,
  Fits<Frames['SocketProblemGiven'], ProblemFrame>,
];
