// The groups of digits that people read out to each other: in rows that fit any screen.

import css from './fingerprint.module.css';

export function Fingerprint({ groups }: { groups: readonly string[] }) {
  return (
    <p className={css['groups']}>
      {groups.map((group, place) => (
        <span key={`${String(place)}.${group}`}>{group}</span>
      ))}
    </p>
  );
}
