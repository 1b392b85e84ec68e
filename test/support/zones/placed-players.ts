/** Players whose characters a test places, with the view that their clients keep. */
import type { MoveEncoding } from '@aeturnis/contracts';
import type { RunningServer } from '../../../apps/server/src/server';
import { CharactersService } from '../../../apps/server/src/characters';
import { connect, playAsGuest, postJson, type TestClient, uniqueCharacterName } from '../clients/client';
import { ZonePicture } from './zone-picture';

export interface PlacedPlayer {
  accessToken: string;
  client: TestClient;
  characterId: string;
  picture: ZonePicture;
  /** Sends one step. @returns whether the server accepted it. */
  step(x: number, y: number, facing?: number): Promise<boolean>;
}

export interface PlayerPlacement {
  zone?: string;
  x: number;
  y: number;
  encoding?: MoveEncoding;
  drop?: () => boolean;
}

/** A server that players connect to, with a way to place their characters. */
export interface PlacementServer {
  url: string;
  place(characterId: string, place: { zone: string; x: number; y: number }): Promise<unknown>;
}

/** The placement on a server in this process. */
export const placementServerOf = ({ url, app }: Pick<RunningServer, 'url' | 'app'>): PlacementServer => ({
  url,
  place: (id, place) =>
    app
      .get(CharactersService)
      .savePositions(new Map([[id, { ...place, facing: 0, walkedUntil: 0, stay: 0, step: 0 }]])),
});

/** Connects a new guest whose character is at this position and has not moved recently. */
export async function placePlayer({ url, place }: PlacementServer, placing: PlayerPlacement): Promise<PlacedPlayer> {
  const { zone = 'starting_village', x, y, encoding, drop } = placing;
  const { accessToken } = await playAsGuest(url);
  const body = { name: uniqueCharacterName(), class: 'mage' };
  const { id } = await postJson<{ id: string }>(url, '/api/characters', body, accessToken);
  await place(id, { zone, x, y });
  const client = await connect(url, accessToken);
  const picture = new ZonePicture(client.socket, { ...(drop && { drop }) });
  const selected = await client.send('character:select', { characterId: id, ...(encoding && { encoding }) });
  if (!selected.success) throw new Error(`character:select was refused: ${JSON.stringify(selected)}`);
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
