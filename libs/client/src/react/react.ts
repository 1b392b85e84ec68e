/** Hooks for React 18 and newer; they are safe in strict mode. */
export { ClientProvider, useClient } from './client-context';
export { useConnection, useStore } from './use-store';
export { type ConversationHook, useConversation } from './use-conversation';
export { useEvent } from './use-event';
export { type RequestHook, useRequest } from './use-request';
export { useWorld, type WorldHook } from './use-world';
