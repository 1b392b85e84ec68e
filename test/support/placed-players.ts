/** Players whose characters stand where a test wants them, with the picture that their clients keep. */
import type { MoveEncoding } from '@aeturnis/contracts';
import type { RunningServer } from '../../apps/server/src/server';
import { CharactersService } from '../../apps/server/src/characters';
import { connect, playAsGuest, post, type TestClient, uniqueCharacterName } from './client';
import { ZonePicture } from './zone-picture';

export interface PlacedPlayer {
  accessToken: string;
  client: TestClient;
  characterId: string;
  picture: ZonePicture;
  /** One step; true where the server accepted it. */
  step(x: number, y: number, facing?: number): Promise<boolean>;
}

export interface Placing {
  zone?: string;
  x: number;
  y: number;
  encoding?: MoveEncoding;
  drop?: () => boolean;
}

/** Where players connect, and how their characters are put somewhere. */
export interface PlacingWorld {
  url: string;
  place(characterId: string, place: { zone: string; x: number; y: number }): Promise<unknown>;
}

/** Of a server in this process. */
export const worldOf = ({ url, app }: RunningServer): PlacingWorld => ({
  url,
  place: (id, place) =>
    app.get(CharactersService).savePlaces(new Map([[id, { ...place, facing: 0, walkedUntil: 0, stay: 0, step: 0 }]])),
});

/** A new guest with a character that has stood there for a while. */
export async function playAt({ url, place }: PlacingWorld, placing: Placing): Promise<PlacedPlayer> {
  const { zone = 'starting_village', x, y, encoding, drop } = placing;
  const { accessToken } = await playAsGuest(url);
  const body = { name: uniqueCharacterName(), class: 'mage' };
  const { id } = await post<{ id: string }>(url, '/api/characters', body, accessToken);
  await place(id, { zone, x, y });
  const client = await connect(url, accessToken);
  const picture = new ZonePicture(client.socket, { ...(drop && { drop }) });
  const selected = await client.send('character:select', { characterId: id, ...(encoding && { encoding }) });
  if (!selected.success) throw new Error(`not selected: ${JSON.stringify(selected)}`);
  let seq = 0;
  return {
    accessToken,
    client,
    characterId: id,
    picture,
    step: async (toX, toY, facing) => {
      const step = { seq: ++seq, x: toX, y: toY, ...(facing !== undefined && { facing }) };
      return (await client.send('character:move', step))['accepted'] === true;
    },
  };
}
