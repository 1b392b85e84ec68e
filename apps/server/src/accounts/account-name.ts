/** What accounts may be called. */
import { randomInt } from 'node:crypto';

export const NAME_PATTERN = /^[A-Za-z0-9_.-]{3,24}$/;

const MAX_LENGTH = 24;
const MIN_LENGTH = 3;
/** Of a name that comes from outside; the patterns below take quadratic time. */
const MAX_READ = 128;

/** Names under which somebody could pose as the house, or that the house uses itself. */
const RESERVED = new Set([
  'admin',
  'administrator',
  'aeturnis',
  'all',
  'anonymous',
  'deleted',
  'everyone',
  'gamemaster',
  'gm',
  'guest',
  'here',
  'me',
  'mod',
  'moderator',
  'null',
  'official',
  'owner',
  'root',
  'security',
  'server',
  'staff',
  'support',
  'system',
  'undefined',
]);

/** Two names with the same key are one name. */
export const nameKey = (name: string): string => name.toLowerCase();

/** Separators do not make a reserved name another one. */
export function isReserved(name: string): boolean {
  return RESERVED.has(nameKey(name).replace(/[_.-]/g, ''));
}

const GUEST_DIGITS = 8;
const BASE = 36;

/** A name such as `Guest-4k2x9q0a`. */
export function guestName(): string {
  const digits = Array.from({ length: GUEST_DIGITS }, () => randomInt(BASE).toString(BASE));
  return `Guest-${digits.join('')}`;
}

/** A name made of what an outside issuer calls somebody; `suffix` sets it apart where that is taken. */
export function nameFrom(outside: string | undefined, suffix = ''): string {
  const plain = (outside ?? '')
    .slice(0, MAX_READ)
    .normalize('NFKD')
    .slice(0, MAX_READ)
    .replace(/\p{M}/gu, '')
    .replace(/@.*$/u, '')
    .replace(/[^A-Za-z0-9_.-]+/g, '_')
    .replace(/^_+|_+$/g, '');
  const base = plain.length < MIN_LENGTH || isReserved(plain) ? `player_${plain}`.replace(/_$/, '') : plain;
  return `${base.slice(0, MAX_LENGTH - suffix.length)}${suffix}`;
}

/** A suffix for `nameFrom`. */
export const nameSuffix = (): string => `-${randomInt(BASE ** 4).toString(BASE)}`;
