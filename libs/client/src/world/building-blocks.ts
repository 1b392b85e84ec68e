/**
 * The world for clients that did not begin with it, and its parts for applications that draw by themselves: the decoder of
 * moves, the picture of what is in view, the clock that plays it, and the walk of the own character.
 */
import type { ChatClient } from '../chat-client';
import { World } from './world';

/**
 * The world of this client, always the same: two would send steps which refuse each other. Applications can load this entry
 * point when a player enters the world.
 */
export function addWorld(client: ChatClient & { world?: World }): World {
  client.world ??= client.add((services) => new World(services));
  return client.world;
}

export { readMoves, type Move } from './moves-decoder';
export { PlaybackClock } from './playback-clock';
export { type ObstacleBox, PredictedWalk, type WalkingMap } from './predicted-walk';
export { World, type WorldView } from './world';
export { type SeenEntity, type ShownEntity, WorldPicture } from './world-picture';
