/** Ids that a client makes up: random UUIDs, from the best source that the engine has. */
import type { ClientClock } from './clock';

interface RandomSource {
  readonly crypto?: { getRandomValues?(bytes: Uint8Array): Uint8Array };
}

export function newId(clock: ClientClock): string {
  const bytes = new Uint8Array(16);
  const { crypto } = globalThis as unknown as RandomSource;
  if (crypto?.getRandomValues) crypto.getRandomValues(bytes);
  else for (let at = 0; at < bytes.length; at += 1) bytes[at] = Math.floor(clock.random() * 256);
  // Version 4, variant 1.
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const digits = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
