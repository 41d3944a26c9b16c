// From what is wrong to where it is put right.

/** Every field of the offer carries its name; the first one at fault gets the focus. */
export function focusField(field: string): void {
  const place = document.querySelector<HTMLElement>(`[data-field="${CSS.escape(field)}"]`);
  place?.scrollIntoView({ block: 'center' });
  place?.querySelector<HTMLElement>('input,select,textarea')?.focus();
}
