/** The whole client: what a chat needs, with the world and the fights of a game. */
import { ChatClient } from './chat-client';
import { Fights } from './combat/fights';
import { World } from './world/world';

export class Client extends ChatClient {
  readonly world = this.add((services) => new World(services));
  readonly combat = this.add((services) => new Fights(services));
}
