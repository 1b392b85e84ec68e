/** Begins fights, and shows their panel. */
import type { Play } from '../../play/play';
import { showPanel } from '../shown-panel';

/** @throws RequestError, `CONFLICT` with the reason */
export async function attack({ client }: Play, monsterId: string): Promise<void> {
  await client.combat.start({ monsterId, clientSeed: newSeed() });
  showPanel('fight');
}

/** Both players have to agree. @throws RequestError */
export async function challenge({ client }: Play, characterId: string): Promise<void> {
  await client.combat.start({ targetIds: [characterId], clientSeed: newSeed() });
  showPanel('fight');
}

/** The player's part of the key of all rolls: neither side can choose the dice alone. */
export function newSeed(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
