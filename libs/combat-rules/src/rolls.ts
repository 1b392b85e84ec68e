/**
 * Random numbers of a fight. Each has an address instead of a place in a sequence: an added roll shifts no other, and nothing
 * has to be stored between turns.
 */
import { divide } from './integers';

export type RollPurpose = 'order' | 'strike' | 'behaviour' | 'flee' | 'loot';

/** Returns HMAC-SHA256(key of the fight, address), 32 bytes, synchronously. Injected, because this library imports nothing. */
export type AddressDigest = (address: string) => Uint8Array;

export interface Rolls {
  /**
   * A whole number from 0 to `bound - 1`, with `bound` up to 10,000.
   * @param index distinguishes the rolls of one actor, turn and purpose.
   */
  below(bound: number, turn: number, actorId: string, purpose: RollPurpose, index: number): number;
}

const ROLLS_PER_DIGEST = 8;

/**
 * The rolls of one fight: the 32-bit number at `4 × (index mod 8)` in the digest of `fight|turn|actor|purpose|⌊index / 8⌋`,
 * big-endian, modulo `bound`. The bias of the modulo is below 1 in 400,000.
 */
export class AddressedRolls implements Rolls {
  private lastAddress = '';
  private lastDigest: Uint8Array = new Uint8Array(0);

  /** @param fight identifies the fight, without anything that only one participant may know, such as a bag. */
  constructor(
    private readonly fight: string,
    private readonly digest: AddressDigest,
  ) {}

  below(bound: number, turn: number, actorId: string, purpose: RollPurpose, index: number): number {
    const place = index % ROLLS_PER_DIGEST;
    const address = `${this.fight}|${turn}|${actorId}|${purpose}|${divide(index, ROLLS_PER_DIGEST)}`;
    if (address !== this.lastAddress) {
      this.lastDigest = copyOf(this.digest(address));
      this.lastAddress = address;
    }
    return readUint32(this.lastDigest, place * 4) % bound;
  }
}

/** The digest may reuse its buffer. @throws TypeError for anything but 32 bytes, such as a promise: every roll would be 0. */
function copyOf(digest: unknown): Uint8Array {
  if (digest instanceof Uint8Array && digest.length === 32) return digest.slice();
  throw new TypeError('the digest of an address must be 32 bytes, returned synchronously');
}

function readUint32(bytes: Uint8Array, offset: number): number {
  let number = 0;
  for (let place = 0; place < 4; place++) number = number * 256 + (bytes[offset + place] ?? 0);
  return number;
}
