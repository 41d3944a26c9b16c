// After a form was asked to submit and some fields are wrong: the first of them gets the focus.

/** Call in the submit handler; the marks are there after the next paint. */
export function focusFirstFault(form: HTMLElement | null): void {
  requestAnimationFrame(() => form?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
}
