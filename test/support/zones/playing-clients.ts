/** Clients that play a character: their commands, and the events about other characters that they wait for. */
import { connect, createCharacter, type Guest, playAsGuest, type TestClient } from '../clients/client';

export interface PlayingClient {
  player: Guest;
  client: TestClient;
  id: string;
}

/** A new guest with a connection that plays a new character. */
export async function playNewCharacter({ url }: { url: string }): Promise<PlayingClient> {
  const player = await playAsGuest(url);
  const { id } = await createCharacter(url, player);
  const client = await connect(url, player.accessToken);
  expect(await select(client, id)).toMatchObject({ success: true });
  return { player, client, id };
}

export const select = (client: TestClient, characterId: string) => client.send('character:select', { characterId });
export const step = (client: TestClient, seq: number, x: number, y = 100, facing?: number) =>
  client.send('character:move', { seq, x, y, ...(facing !== undefined && { facing }) });

/** The names of the events about entries and leaves of the character that this client has received, in order. */
export const announcementsOf = ({ received }: TestClient, id: string): string[] =>
  received
    .filter(({ event, payload }) => /^zone:player_/.test(event) && JSON.stringify(payload).includes(id))
    .map(({ event }) => event);

export const untilJoined = (client: TestClient, id: string) =>
  client.waitForEvent('zone:player_joined', ({ player }) => player.id === id);
export const untilMoved = (client: TestClient, id: string, x: number) =>
  client.waitForEvent('zone:moves', ({ moves }) => moves.some(([mover, toX]) => mover === id && toX === x));
export const untilLeft = (client: TestClient, id: string, withinMs?: number) =>
  client.waitForEvent('zone:player_left', (left) => left.id === id, withinMs);
