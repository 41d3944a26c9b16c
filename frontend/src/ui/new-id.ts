// Ids that the page makes itself (the client names the act, DESIGN.md 1.7): 128 random bits in hex.

export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
