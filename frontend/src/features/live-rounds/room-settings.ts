// What a person sets for the room on this device: quiet speech, sound, notifications, shortcuts, a screen that stays on.
import { useEffect, useSyncExternalStore } from 'react';

export type Setting = 'quiet' | 'sound' | 'notify' | 'keys' | 'awake';
export type RoomSettings = Readonly<Record<Setting, boolean>>;

// Awake is on request and for this visit only: a phone in a pocket must not stay lit.
const KEPT: readonly Setting[] = ['quiet', 'sound', 'notify', 'keys'];
const DEFAULTS: RoomSettings = { quiet: false, sound: false, notify: false, keys: true, awake: false };

let settings: RoomSettings | null = null;
const listeners = new Set<() => void>();

/** The settings as they are now, for what happens outside React. */
export function roomSettings(): RoomSettings {
  settings ??= KEPT.reduce<RoomSettings>((read, name) => {
    const kept = localStorage.getItem(`bidroom.room.${name}`);
    return kept === null ? read : { ...read, [name]: kept === 'yes' };
  }, DEFAULTS);
  return settings;
}

export function toggleSetting(name: Setting): void {
  const isOn = !roomSettings()[name];
  settings = { ...roomSettings(), [name]: isOn };
  if (KEPT.includes(name)) localStorage.setItem(`bidroom.room.${name}`, isOn ? 'yes' : 'no');
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useRoomSettings(): RoomSettings {
  const now = useSyncExternalStore(subscribe, roomSettings);
  useEffect(() => {
    if (!now.awake || !('wakeLock' in navigator)) return undefined;
    const lock = navigator.wakeLock.request('screen').catch(() => null);
    return () => void lock.then((held) => held?.release());
  }, [now.awake]);
  return now;
}

/** A short tone of our own making; silent where the browser forbids it. */
export function chime(kind: 'up' | 'down'): void {
  try {
    const audio = new AudioContext();
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    tone.frequency.value = kind === 'up' ? 740 : 494;
    volume.gain.setValueAtTime(0.12, audio.currentTime);
    volume.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + 0.35);
    tone.connect(volume).connect(audio.destination);
    tone.start();
    tone.stop(audio.currentTime + 0.4);
    tone.onended = () => void audio.close();
  } catch {
    // No audio device: the same news is on the screen.
  }
}
