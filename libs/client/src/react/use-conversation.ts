/** A conversation as state of a component. */
import { useCallback } from 'react';
import type { RequestError } from '../base/request-error';
import { Store } from '../base/store';
import type { ConversationState } from '../conversations/conversation-state';
import type { OpenConversation } from '../conversations/open-conversation';
import { useClient } from './client-context';
import { useOpened } from './use-opened';
import { useStore } from './use-store';

export interface ConversationHook {
  /** Undefined until the first messages are there. */
  readonly state: ConversationState | undefined;
  /** To send, to mark as read, to load earlier messages. */
  readonly conversation: OpenConversation | undefined;
  readonly error: RequestError | undefined;
  readonly retry: () => void;
}

const NONE = new Store<ConversationState | undefined>(undefined);
const close = (conversation: OpenConversation): void => conversation.close();

/** Open while the component is shown. */
export function useConversation(id: string): ConversationHook {
  const client = useClient();
  const { value: conversation, ...rest } = useOpened(
    useCallback(() => client.conversations.open(id), [client, id]),
    close,
  );
  const state = useStore<ConversationState | undefined>(conversation?.current ?? NONE);
  return { state, conversation, ...rest };
}
