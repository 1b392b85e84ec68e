/** The catalogue of all commands and events, and the Socket.IO server and client types derived from it. */
import { adminCommands, adminEvents } from './admin/admin-contracts';
import { blockCommands } from './blocks';
import { chatCommands, chatEvents } from './chat/chat-contracts';
import { combatCommands } from './combat/combat-commands';
import { combatEvents } from './combat/combat-events';
import type { CommandSignature, DeliveryClass, EventContract, EventSignature } from './contract';
import { activityEvents } from './conversations/activity-events';
import { conversationCommands } from './conversations/conversation-commands';
import { conversationEvents } from './conversations/conversation-events';
import { conversationQueries } from './conversations/conversation-queries';
import { membershipCommands } from './conversations/membership-commands';
import { messageCommands } from './conversations/message-commands';
import { inventoryEvents } from './inventory';
import { notificationCommands, notificationEvents } from './notifications/notification-contracts';
import { presenceCommands, presenceEvents } from './presence/presence-contracts';
import { systemCommands } from './system/system';
import { systemEvents } from './system/system-events';
import { characterCommands, characterEvents } from './world/character-actions';
import { worldCommands, worldEvents } from './world/world-contracts';

export const COMMANDS = [
  ...systemCommands,
  ...presenceCommands,
  ...blockCommands,
  ...worldCommands,
  ...characterCommands,
  ...combatCommands,
  ...chatCommands,
  ...conversationCommands,
  ...membershipCommands,
  ...conversationQueries,
  ...messageCommands,
  ...notificationCommands,
  ...adminCommands,
] as const;
export const EVENTS = [
  ...systemEvents,
  ...presenceEvents,
  ...worldEvents,
  ...characterEvents,
  ...inventoryEvents,
  ...combatEvents,
  ...chatEvents,
  ...conversationEvents,
  ...activityEvents,
  ...notificationEvents,
  ...adminEvents,
] as const;

type AnyCommand = (typeof COMMANDS)[number];
type AnyEvent = (typeof EVENTS)[number];

type CommandListeners = { [C in AnyCommand as C['name']]: CommandSignature<C> };
type EventListeners = { [E in AnyEvent as E['name']]: EventSignature<E> };

// Interfaces, so that a game can add its own commands and events by declaration merging.
export interface ClientToServerEvents extends CommandListeners {}
export interface ServerToClientEvents extends EventListeners {}

export type EventName = keyof ServerToClientEvents;
/** The one object an event carries. */
export type EventPayload<Name extends EventName> = Parameters<ServerToClientEvents[Name]>[0];

const deliveryByName = new Map<string, DeliveryClass>(EVENTS.map(({ name, delivery }) => [name, delivery]));
const unhurriedNames = new Set<string>(EVENTS.filter(({ unhurried }) => unhurried).map(({ name }) => name));
const confirmedNames = new Set<string>(EVENTS.filter(({ confirmed }) => confirmed).map(({ name }) => name));

/** How an event is delivered. An event that was never declared is recoverable, the safe default. */
export function deliveryOf(eventName: string): DeliveryClass {
  return deliveryByName.get(eventName) ?? 'recoverable';
}

/** Whether the event may be delayed briefly, to be written together with the next frame. */
export const isUnhurried = (eventName: string): boolean => unhurriedNames.has(eventName);

/** Whether the server verifies that the event has reached its clients. */
export const isConfirmed = (eventName: string): boolean => confirmedNames.has(eventName);

/** Registers the events of a game, with their delivery classes. */
export function declareEvents(events: readonly EventContract[]): void {
  for (const { name, delivery, unhurried, confirmed } of events) {
    deliveryByName.set(name, delivery);
    if (unhurried) unhurriedNames.add(name);
    if (confirmed) confirmedNames.add(name);
  }
}
