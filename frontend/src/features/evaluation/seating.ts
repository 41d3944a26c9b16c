// The panel as the server takes it: the whole of it, in order, without those who declared a conflict. Pure.

import type { PanelMember } from './queries';

export function seated(members: readonly PanelMember[]): string[] {
  return members.filter((member) => member.state !== 'recused').map((member) => member.account_id);
}

export function without(members: readonly PanelMember[], account: string): string[] {
  return seated(members).filter((id) => id !== account);
}

/** The first who is not recused is the chair. */
export function firstOf(members: readonly PanelMember[], account: string): string[] {
  return [account, ...without(members, account)];
}
