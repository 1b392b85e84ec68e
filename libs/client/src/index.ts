/** The client for browsers, React Native and Node.js. */
import { ChatClient } from './chat-client';
import { Client } from './client';
import type { ClientOptions } from './options';

export function createClient(options: ClientOptions): Client {
  return new Client(options);
}

/** Without the world and fights: bundlers leave them out of applications that call nothing else. */
export function createChatClient(options: ClientOptions): ChatClient {
  return new ChatClient(options);
}

export { openEngineLinks } from './connection/open-links';
export type { Link, LinkAuth, LinkHandlers, OpenLink } from './connection/link';
export type { ChatClient, ClientState } from './chat-client';
export type { Client } from './client';
export type { ClientFeature, ClientServices } from './client-feature';
export { type ClientErrorCode, RequestError, type RequestErrorCode } from './base/request-error';
export type { ReadableStore, Unsubscribe } from './base/store';
export type { CommandName, CommandPayload, CommandResult, ServerEvents } from './base/contract-types';
export type { ClientOptions, Environment } from './options';
export type { OpenConversation } from './conversations/open-conversation';
export type { ConversationState, MessageStatus, ShownMessage } from './conversations/conversation-state';
export type { OutboxEntry, OutboxStorage } from './outbox/outbox-storage';
export type { Tabs } from './outbox/tabs';
export type { World, WorldView } from './world/world';
export type { ShownEntity } from './world/world-picture';
export type { Challenge, ChosenAction, Fights, ShownFight } from './combat/fights';
