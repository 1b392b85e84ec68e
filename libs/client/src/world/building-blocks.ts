/**
 * The world for clients that did not begin with it, and its parts for applications that draw by themselves: the decoder of
 * moves, the picture of what is in view, the clock that plays it, and the walk of the own character.
 */
import type { ChatClient } from '../chat-client';
import { World } from './world';

/** Call it once for a client; applications can load this entry point when a player enters the world. */
export const addWorld = (client: ChatClient): World => client.add((services) => new World(services));

export { readMoves, type Move } from './moves-decoder';
export { PlaybackClock } from './playback-clock';
export { type ObstacleBox, PredictedWalk, type WalkingMap } from './predicted-walk';
export { World, type WorldView } from './world';
export { type SeenEntity, type ShownEntity, WorldPicture } from './world-picture';
