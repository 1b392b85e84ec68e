/** All commands and events of the product, and the types of a Socket.IO server and client that follow from them. */
import { blockCommands } from './blocks';
import { characterCommands, characterEvents } from './character-actions';
import { chatCommands, chatEvents } from './chat';
import type { Ack, DeliveryClass, EventContract, PayloadOf, ResultOf } from './contract';
import { conversationEvents } from './conversation-events';
import { conversationCommands } from './conversations';
import { messageCommands } from './messages';
import { notificationCommands, notificationEvents } from './notifications';
import { presenceCommands, presenceEvents } from './presence';
import { systemCommands, systemEvents } from './system';
import { worldCommands, worldEvents } from './world';

export const COMMANDS = [
  ...systemCommands,
  ...presenceCommands,
  ...blockCommands,
  ...worldCommands,
  ...characterCommands,
  ...chatCommands,
  ...conversationCommands,
  ...messageCommands,
  ...notificationCommands,
] as const;
export const EVENTS = [
  ...systemEvents,
  ...presenceEvents,
  ...worldEvents,
  ...characterEvents,
  ...chatEvents,
  ...conversationEvents,
  ...notificationEvents,
] as const;

type KnownCommand = (typeof COMMANDS)[number];
type KnownEvent = (typeof EVENTS)[number];

type CommandListeners = {
  [C in KnownCommand as C['name']]: (payload: PayloadOf<C>, ack?: (answer: Ack<ResultOf<C>>) => void) => void;
};
type EventListeners = { [E in KnownEvent as E['name']]: (payload: PayloadOf<E>) => void };

// Interfaces, so that a game can add its own commands and events by declaration merging.
export interface ClientToServerEvents extends CommandListeners {}
export interface ServerToClientEvents extends EventListeners {}

export type EventName = keyof ServerToClientEvents;
/** The one object an event carries. */
export type EventPayload<Name extends EventName> = Parameters<ServerToClientEvents[Name]>[0];

const deliveryByName = new Map<string, DeliveryClass>(EVENTS.map((known) => [known.name, known.delivery]));
const unhurriedNames = new Set<string>(EVENTS.filter(({ unhurried }) => unhurried).map(({ name }) => name));
const confirmedNames = new Set<string>(EVENTS.filter(({ confirmed }) => confirmed).map(({ name }) => name));

/** How an event is delivered; what a game has not declared is recoverable, the safe choice. */
export function deliveryOf(eventName: string): DeliveryClass {
  return deliveryByName.get(eventName) ?? 'recoverable';
}

/** Whether it may wait a little for something else to be written with it. */
export const isUnhurried = (eventName: string): boolean => unhurriedNames.has(eventName);

/** Whether it is to be found out that it has reached its clients. */
export const isConfirmed = (eventName: string): boolean => confirmedNames.has(eventName);

/** Makes a game's own events known. */
export function declareEvents(events: readonly EventContract[]): void {
  for (const { name, delivery, unhurried, confirmed } of events) {
    deliveryByName.set(name, delivery);
    if (unhurried) unhurriedNames.add(name);
    if (confirmed) confirmedNames.add(name);
  }
}
