/** A server on a private database, with players who are connected or also play a character. */
import {
  closeClients,
  connect,
  createCharacter,
  type Player,
  registerPlayer,
  type TestClient,
} from '../clients/client';
import type { ServerEnvironment } from '../environment';
import { PrivateServer } from './private-server';

export interface JoinedPlayer extends Player {
  client: TestClient;
}
export interface PlayerInWorld extends JoinedPlayer {
  character: { id: string; name: string };
}

export class Game {
  readonly server = new PrivateServer();

  /** Registers and connects a new player. */
  async join(name?: string): Promise<JoinedPlayer> {
    const player = await registerPlayer(this.server.url, name);
    return { ...player, client: await this.connect(player) };
  }

  /** Joins as a new player, and plays a new character. */
  async play(): Promise<PlayerInWorld> {
    const player = await this.join();
    const character = await createCharacter(this.server.url, player);
    const selected = await player.client.send('character:select', { characterId: character.id });
    if (!selected.success) throw new Error(`character:select was refused: ${JSON.stringify(selected)}`);
    return { ...player, character };
  }

  /** Opens another connection of a player. */
  connect({ accessToken }: Player): Promise<TestClient> {
    return connect(this.server.url, accessToken);
  }

  close(): Promise<void> {
    return this.server.close();
  }
}

export async function startGame(environment?: ServerEnvironment): Promise<Game> {
  const game = new Game();
  await game.server.start(environment);
  return game;
}

/** For a suite: a game for all its tests; the clients are closed after each test. */
export function useGame(environment?: ServerEnvironment): Game {
  const game = new Game();
  beforeAll(() => game.server.start(environment));
  afterEach(closeClients);
  afterAll(() => game.close());
  return game;
}
