// Elements of the page. Whatever a file says becomes text, never markup.
type Child = Node | string | null;

export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  given: Partial<Pick<HTMLElementTagNameMap[K], keyof HTMLElementTagNameMap[K]>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const made = Object.assign(document.createElement(tag), given);
  made.append(...children.filter((child) => child !== null));
  return made;
}

/** A labelled field; the label names it. */
export function field(label: string, input: HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement): HTMLElement {
  return el('label', {}, label, input);
}

export function button(label: string, onclick: () => void, isMain = false): HTMLButtonElement {
  return el('button', { type: 'button', className: isMain ? 'main' : '', textContent: label, onclick });
}

/** A file field in the words of the page: the browser's own button speaks the browser's language. */
export function fileField(label: string, words: string, input: HTMLInputElement, chosen: string): HTMLElement {
  const name = el('span', { className: 'soft', textContent: chosen });
  input.className = 'unseen';
  input.addEventListener('change', () => (name.textContent = [...(input.files ?? [])].map((file) => file.name).join(' · ')));
  return el('label', {}, label, input, el('span', { className: 'row' }, el('span', { className: 'choose', textContent: words }), name));
}
