/** A server on a database of its own, and players on it: with a character in the world, with one outside, or without. */
import type { RunningServer } from '../../apps/server/src/server';
import { connect, createCharacter, type Player, registerPlayer, type TestClient } from './client';
import { createMigratedDatabase } from './postgres';
import { startTestServer } from './server';

export interface JoinedPlayer extends Player {
  client: TestClient;
}
export interface PlayerInWorld extends JoinedPlayer {
  character: { id: string; name: string };
}

export interface Game {
  server: RunningServer;
  /** A new player with a connection. */
  join(name?: string): Promise<JoinedPlayer>;
  /** A new player with a connection that plays a new character. */
  play(): Promise<PlayerInWorld>;
  /** One more connection of a player. */
  connect(player: Player): Promise<TestClient>;
  close(): Promise<void>;
}

export async function startGame(environment: Record<string, string> = {}): Promise<Game> {
  const database = await createMigratedDatabase();
  const server = await startTestServer({ DATABASE_URL: database.url, ...environment });
  const { url } = server;
  const join = async (name?: string): Promise<JoinedPlayer> => {
    const player = await registerPlayer(url, name);
    return { ...player, client: await connect(url, player.accessToken) };
  };
  return {
    server,
    join,
    async play() {
      const player = await join();
      const character = await createCharacter(url, player);
      const selected = await player.client.send('character:select', { characterId: character.id });
      if (!selected.success) throw new Error(`not selected: ${JSON.stringify(selected)}`);
      return { ...player, character };
    },
    connect: (player) => connect(url, player.accessToken),
    async close() {
      await server.close();
      await database.drop();
    },
  };
}
