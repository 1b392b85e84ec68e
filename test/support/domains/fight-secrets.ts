/** What no client may learn before a fight ends, and how a test finds it in what clients have received. */
import { createHmac } from 'node:crypto';
import { fightKey } from '../../../apps/server/src/combat/fairness/fight-secrets';
import type { TestClient } from '../clients/client';
import type { FightRow } from './fight-rows';

const PURPOSES = ['order', 'strike', 'behaviour', 'flee', 'loot'];
const TURNS = 60;

/** Texts from which a roll could be computed: the seed, the key, the secret of all seeds, and the digests of rolls. */
export function rollSecrets(
  { server_seed: seed, client_seeds: seeds, commitment, state }: FightRow,
  secret: string,
): string[] {
  const key = fightKey(seed, seeds);
  const actors = ['round', ...state.participants.map(({ id }) => id)];
  const addresses = Array.from({ length: TURNS }, (_, turn) => turn).flatMap((turn) =>
    actors.flatMap((actor) => PURPOSES.map((purpose) => `${commitment}|${turn}|${actor}|${purpose}|0`)),
  );
  const digests = addresses.map((address) => createHmac('sha256', key).update(address).digest());
  return [Buffer.from(seed, 'hex'), Buffer.from(secret, 'hex'), key, ...digests].flatMap((bytes) => [
    bytes.toString('hex'),
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
  ]);
}

/** All texts that a client receives from now on, acknowledgements included, and the events that it has received before. */
export function recordFrames({ socket, received }: TestClient): () => string {
  const before = JSON.stringify(received);
  const frames: string[] = [];
  socket.io.engine.on('data', (data: unknown) => frames.push(typeof data === 'string' ? data : String(data)));
  return () => `${before}\n${frames.join('\n')}`;
}

/** Facts in a payload, at any depth, that belong to another participant than the viewer; undefined for no participant. */
export function foreignFacts(payload: unknown, viewerId: string | undefined): string[] {
  if (typeof payload !== 'object' || payload === null) return [];
  const fact = payload as Record<string, unknown>;
  const found: string[] = [];
  const { id, bag, remaining, actorId, legal, participantId } = fact;
  if (bag != null && id !== viewerId) found.push(`bag of ${String(id)}`);
  if (remaining !== undefined && actorId !== viewerId) found.push(`items of ${String(actorId)}`);
  if (Array.isArray(legal) && legal.length > 0 && participantId !== viewerId)
    found.push(`legal actions of ${String(participantId)}`);
  return [...found, ...Object.values(fact).flatMap((value) => foreignFacts(value, viewerId))];
}
