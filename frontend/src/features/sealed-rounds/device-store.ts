// What this device keeps of an own offer: files chosen, packages on their way and sealed ones. IndexedDB, because a
// technical package may have 64 MB; where there is none (a locked-down browser) it lasts as long as the page.
export interface DeviceStore {
  get<T>(key: string): Promise<T | null>;
  set(key: string, value: unknown): Promise<void>;
  remove(key: string): Promise<void>;
}

export function memoryStore(): DeviceStore {
  const kept = new Map<string, unknown>();
  return {
    get: <T>(key: string) => Promise.resolve((kept.get(key) as T | undefined) ?? null),
    set: (key, value) => Promise.resolve(void kept.set(key, value)),
    remove: (key) => Promise.resolve(void kept.delete(key)),
  };
}

const NAME = 'bidroom.sealed';
const TABLE = 'kept';

function opened(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(TABLE);
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(new Error('no device store'));
    asked.onblocked = () => reject(new Error('device store blocked'));
  });
}

function answered<T>(asked: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(new Error('device store refused'));
  });
}

function browserStore(): DeviceStore {
  let database: Promise<IDBDatabase> | null = null;
  const table = async (mode: IDBTransactionMode) => {
    database ??= opened();
    return (await database).transaction(TABLE, mode).objectStore(TABLE);
  };
  return {
    get: async <T>(key: string) => ((await answered((await table('readonly')).get(key))) as T | undefined) ?? null,
    set: async (key, value) => void (await answered((await table('readwrite')).put(value, key))),
    remove: async (key) => void (await answered((await table('readwrite')).delete(key))),
  };
}

/** The browser's store; a failure of it (private windows, full disk) costs what is kept over reloads, never the page. */
export function openDeviceStore(): DeviceStore {
  const memory = memoryStore();
  if (typeof indexedDB === 'undefined') return memory;
  const disk = browserStore();
  return {
    get: async <T>(key: string) => (await memory.get<T>(key)) ?? (await disk.get<T>(key).catch(() => null)),
    async set(key, value) {
      await memory.set(key, value);
      await disk.set(key, value).catch(() => undefined);
    },
    async remove(key) {
      await memory.remove(key);
      await disk.remove(key).catch(() => undefined);
    },
  };
}
