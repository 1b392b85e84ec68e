/** Ids that a client makes up: 128 bits, from the best source that the engine has. */
import type { Clock } from './clock';

interface RandomSource {
  readonly crypto?: { getRandomValues?(bytes: Uint8Array): Uint8Array };
}

export function newId(clock: Clock): string {
  const bytes = new Uint8Array(16);
  const { crypto } = globalThis as unknown as RandomSource;
  if (crypto?.getRandomValues) crypto.getRandomValues(bytes);
  else for (let at = 0; at < bytes.length; at += 1) bytes[at] = Math.floor(clock.random() * 256);
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
