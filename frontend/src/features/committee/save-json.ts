// Gives the person a file; nothing is sent anywhere.
export function saveJson(name: string, value: unknown): void {
  const url = URL.createObjectURL(new Blob([JSON.stringify(value, null, 2)], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // After the click has been taken, or some browsers save an empty file.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
