// The statements by which the journal's keys handed over to each other; whoever asks follows them from a key it trusts.

import { api, unwrap } from './client';

export async function fetchRotations(): Promise<unknown> {
  return (await unwrap(api.GET('/api/audit/key'))).rotations;
}
