// What every section of the tender's builder works on.

import type { Draft, Fault } from './api';
import type { DraftHandle } from './use-draft';

export interface SectionProps {
  tenderId: string;
  draft: Draft;
  change: DraftHandle['change'];
  /** The error line of a field, by its path in the draft. */
  faults: readonly Fault[];
  isTried: boolean;
}
